/** Where two long texts differ first, shortly: a runner's diff of such texts can take all memory. */
export const firstDifference = (
  actual: readonly string[],
  expected: readonly string[],
): {step: string; actual: string; expected: string} | undefined => {
  for (const [index, text] of expected.entries()) {
    if (actual[index] === text) continue;
    const [actualLines, expectedLines] = [(actual[index] ?? '').split('\n'), text.split('\n')];
    const line = expectedLines.findIndex((expectedLine, at) => actualLines[at] !== expectedLine);
    const around = (lines: readonly string[]): string =>
      lines.slice(Math.max(0, line - 8), line + 8).join('\n');
    const step = `step ${String(index)}, line ${String(line)}`;
    return {step, actual: around(actualLines), expected: around(expectedLines)};
  }
  return undefined;
};

/**
 * Finds the programs in a Markdown document. A block of JavaScript or TypeScript that imports
 * something begins a program; the blocks after it that import nothing go on with it, each in a scope
 * within the scope of the one before, so that it sees its names and may use them again.
 *
 * Output is promised by comments, `console.log(1 + 1); // -> 2`, or below the statement that prints,
 * going on for as many comment lines as are indented further:
 *
 *     // -> {
 *     //      pets: {}
 *     //    }
 */

/** Output that a document promises. */
interface Expectation {
  readonly line: number;
  readonly text: string;
}

export interface CodeBlock {
  /** The line of the opening fence, from 1, and that of the closing one. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly code: readonly string[];
  readonly expectations: readonly Expectation[];
}

/** Blocks that run one after another as one module. */
export interface DocumentProgram {
  readonly document: string;
  readonly blocks: readonly CodeBlock[];
}

const RUNNABLE = ['js', 'ts'];
const NOT_RUNNABLE = ['sh', 'text', 'json'];

const parseExpectations = (code: readonly string[], firstLine: number): Expectation[] => {
  const expectations: Expectation[] = [];
  let indent: number | undefined;
  code.forEach((text, index) => {
    const start = /\/\/ -> ?(.*)$/.exec(text);
    const isAlone = /^\s*\/\//.test(text);
    const last = expectations.at(-1);
    const comment = /^(\s*\/\/\s+)(\S.*)$/.exec(text);
    if (start) {
      expectations.push({line: firstLine + 1 + index, text: (start[1] ?? '').trimEnd()});
      indent = isAlone ? text.indexOf('//') + '// '.length : undefined;
    } else if (indent !== undefined && last && comment && (comment[1] ?? '').length > indent) {
      expectations.splice(-1, 1, {...last, text: `${last.text}\n${comment[2] ?? ''}`});
    } else indent = undefined;
  });
  return expectations;
};

/**
 * @param document Its path, for messages.
 * @throws Error if a block is of a language that is neither run nor known not to be, is fenced with
 *   more than its language (nothing can be exempted from running), goes on with no program, or is
 *   not closed.
 */
export const findPrograms = (document: string, markdown: string): DocumentProgram[] => {
  const programs: {document: string; blocks: CodeBlock[]}[] = [];
  const lines = markdown.split(/\r?\n/);
  const fail = (line: number, problem: string): never => {
    throw new Error(`${document}:${line}: ${problem}`);
  };
  for (let index = 0; index < lines.length; index++) {
    const fence = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(lines[index] ?? '');
    if (!fence) continue;
    const [, , mark = '', info = ''] = fence;
    const firstLine = index + 1;
    const isEnd = (line: string): boolean => line.trim().startsWith(mark) && !/[^`~\s]/.test(line);
    const end = lines.findIndex((line, at) => at > index && isEnd(line));
    if (end < 0) fail(firstLine, 'this code block is not closed');
    const code = lines.slice(index + 1, end);
    index = end;
    if (NOT_RUNNABLE.includes(info)) continue;
    if (!RUNNABLE.includes(info)) {
      fail(
        firstLine,
        `a code block is one of ${[...RUNNABLE, ...NOT_RUNNABLE].join(', ')}, not '${info}'`,
      );
    }
    const block = {
      firstLine,
      lastLine: end + 1,
      code,
      expectations: parseExpectations(code, firstLine),
    };
    const imports = code.some((line) => /^\s*import[\s{'"*]/.test(line));
    const program = programs.at(-1);
    if (imports) programs.push({document, blocks: [block]});
    else if (program) program.blocks.push(block);
    else fail(firstLine, 'the first code block of a document imports what it uses');
  }
  return programs;
};

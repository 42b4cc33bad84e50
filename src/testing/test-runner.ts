/**
 * What the suites need of a test runner. Those of Vitest, Jest, Bun (`bun:test`), Node (`node:test`) and
 * Deno (`@std/testing/bdd`) have it all, so `{describe, it, beforeEach, afterEach}` is a runner.
 */
export interface TestRunner {
  describe(title: string, define: () => void): unknown;
  readonly it: {
    (title: string, test: () => Promise<void>): unknown;
    /** Shows a test that is not run. */
    skip(title: string, test: () => Promise<void>): unknown;
  };
  beforeEach(action: () => Promise<void>): unknown;
  afterEach(action: () => Promise<void>): unknown;
}

/** Defines a test, or shows it as skipped, with the reason, if there is one not to run it. */
export const defineTest = (
  {it}: TestRunner,
  title: string,
  reasonToSkip: string | undefined,
  test: () => Promise<void>,
): void => {
  if (reasonToSkip === undefined) it(title, test);
  else it.skip(`${title} (skipped: ${reasonToSkip})`, test);
};

/** The reason to skip a test that needs capabilities which are not declared. */
export const missing = <Capability extends string>(
  declared: readonly Capability[],
  needed: readonly Capability[],
): string | undefined => {
  const absent = needed.filter((capability) => !declared.includes(capability));
  return absent.length === 0 ? undefined : `not declared: ${absent.join(', ')}`;
};

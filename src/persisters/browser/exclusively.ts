/** One tab at a time. */

/** So many milliseconds the lock is waited for; who has it, and is alive, needs it for one turn. */
const PATIENCE_MS = 500;

/**
 * Runs `action`, which must not throw, in one turn in which no other tab runs one of the same name, and in which
 * what other tabs stored in theirs is to be seen. A tab that is frozen while the lock is on its way to it cannot
 * keep others from it: they take it away after a while, and it does nothing when it wakes up.
 */
export const runExclusively = async (name: string, action: () => void): Promise<void> => {
  const {locks} = (globalThis as {navigator?: Partial<Navigator>}).navigator ?? {};
  // Not there outside secure contexts, nor in old browsers.
  if (!locks) {
    action();
    return;
  }
  const asked = performance.now();
  const progress = {isRun: false};
  const run = (): void => {
    progress.isRun = true;
    action();
  };
  const runIfInTime = (): void => {
    if (performance.now() - asked < 2 * PATIENCE_MS) run();
  };
  try {
    await locks.request(name, {signal: AbortSignal.timeout(PATIENCE_MS)}, runIfInTime);
  } catch {
    // Too late, or taken away: whatever it is, what is to be done can be done by others, or later.
    if (!progress.isRun) await locks.request(name, {steal: true}, run).catch(() => undefined);
  }
};

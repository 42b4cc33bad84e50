/** The timers of hosts hold 31 bits of milliseconds; with more they would fire at once. */
export const MAX_TIMEOUT_MS: number = 2 ** 31 - 1;

/** Time, for the engine; tests inject one that they move by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Calls `action` once, after `delayMs`; returns what calls it off. What is done in the `background`
   * does not keep a process alive.
   */
  delay(delayMs: number, action: () => void, background?: 'background'): () => void;
  /** Uniformly distributed in [0, 1). */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  delay: (delayMs, action, background) => {
    // A number in browsers, an object with `unref` in Node, Bun and Deno.
    const timer: unknown = setTimeout(action, delayMs);
    if (background && typeof timer === 'object') (timer as {unref?: () => void}).unref?.();
    return () => clearTimeout(timer as number);
  },
  random: () => Math.random(),
};

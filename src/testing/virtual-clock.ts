/** Time that stands still until a test moves it: retries, deadlines and intervals without waiting. */
import type {Clock} from '../persisters/engine/clock.ts';
import {turn} from './waiting.ts';

export interface VirtualClock extends Clock {
  /** How many actions are planned. */
  readonly planned: number;
  /**
   * Moves time on by so many milliseconds, carrying out what becomes due in order, and gives promises
   * time to settle before, between and after.
   */
  advance(ms: number): Promise<void>;
  /**
   * Moves time on until nothing is planned any more.
   * @throws RangeError after 10,000 actions: something plans itself again for ever.
   */
  runAll(): Promise<void>;
}

interface Planned {
  readonly dueAt: number;
  readonly action: () => void;
}

/** Enough for whatever ends, and soon reached by what does not. */
const MAX_ACTIONS = 10_000;

/**
 * A clock for the option `clock` of a persister.
 * @param options.now Where time starts, in milliseconds since the Unix epoch. Default 1,000,000.
 * @param options.random What `random()` returns, in [0, 1). Default: always 0.5, so that delays are known.
 */
export const virtualClock = ({
  now: start = 1_000_000,
  random = () => 0.5,
}: {readonly now?: number; readonly random?: () => number} = {}): VirtualClock => {
  const planned = new Set<Planned>();
  let now = start;

  /** What is due first, and planned first of those, up to a time. */
  const next = (time: number): Planned | undefined => {
    let first: Planned | undefined;
    for (const plan of planned) {
      if (plan.dueAt <= time && (!first || plan.dueAt < first.dueAt)) first = plan;
    }
    return first;
  };
  const runUntil = async (time: number): Promise<void> => {
    await turn();
    let count = 0;
    for (let plan = next(time); plan; plan = next(time)) {
      if (++count > MAX_ACTIONS) throw new RangeError('Something is planned again and again');
      planned.delete(plan);
      now = Math.max(now, plan.dueAt);
      plan.action();
      await turn();
    }
  };

  return {
    get planned() {
      return planned.size;
    },
    now: () => now,
    random,
    delay: (delayMs, action) => {
      const plan = {dueAt: now + Math.max(0, delayMs), action};
      planned.add(plan);
      return () => void planned.delete(plan);
    },
    advance: async (ms) => {
      const end = now + ms;
      await runUntil(end);
      now = Math.max(now, end);
    },
    runAll: () => runUntil(Infinity),
  };
};

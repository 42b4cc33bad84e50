/** Whatever happens when: in the end memory and storage hold all edits, but for those overwritten later. */
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import '../random-runs.ts';
import {findLosses, Life, type Step, steps} from './interleavings.ts';

/** Lives are short: many can be led. */
const numRuns = fc.readConfigureGlobal().numRuns ?? 300;

const live = async (
  all: readonly Step[],
  isIncremental: boolean,
  hasDerivedCells: boolean,
): Promise<Life> => {
  const life = new Life(isIncremental, hasDerivedCells);
  await life.run(all);
  return life;
};

describe('A persister whose storage fails, hangs and is shared', () => {
  it('loses nothing, once storage works again', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), fc.boolean(), async (all, isIncremental, derives) => {
        const life = await live(all, isIncremental, derives);
        await life.settle();
        expect(findLosses(life, life.content)).toStrictEqual([]);
        expect(life.stored).toEqual(life.content);
        expect(life.unexpected).toStrictEqual([]);
        expect(life.faults.mostAtOnce).toBe(1);
        expect(life.persister.getState()).toMatchObject({
          blocked: false,
          pending: 0,
          saving: false,
        });
        await life.destroy();
        expect(life.clock.planned).toBe(0);
      }),
      {numRuns},
    );
  });

  it('loses nothing when it is destroyed at any time, if storage works then', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), fc.boolean(), async (all, isIncremental, derives) => {
        const life = await live(all, isIncremental, derives);
        await life.destroy();
        expect(findLosses(life, life.stored)).toStrictEqual([]);
        expect(life.unexpected).toStrictEqual([]);
        expect(life.clock.planned).toBe(0);
      }),
      {numRuns},
    );
  });
});

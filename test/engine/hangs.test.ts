/** What hangs, or comes too late, neither keeps the engine from ending nor overwrites what is newer. */
import {describe, expect, it} from 'vitest';
import {createCustomPersister} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import {virtualClock} from '../../src/testing/index.ts';
import {settled, turn} from '../../src/testing/waiting.ts';

const TIMEOUT_MS = 100;

describe('A write that lands after its deadline', () => {
  it('does not stay over what was saved after it', async () => {
    const clock = virtualClock();
    const store = createStore();
    const gates: Promise<void>[] = [];
    let stored: unknown;
    const persister = createCustomPersister(
      store,
      () => stored,
      async (getContent) => {
        const content = structuredClone(getContent());
        await gates.pop();
        stored = content;
      },
      () => 0,
      () => undefined,
      {clock, timeoutMs: TIMEOUT_MS, onIgnoredError: () => undefined},
    );
    const poke = (): Promise<void> => clock.advance(TIMEOUT_MS);
    const saved = (): Promise<unknown> =>
      settled(persister.whenSaved(), 'whenSaved()', {patienceMs: 5_000, poke});

    await persister.startAutoPersisting();
    let release = (): void => undefined;
    gates.push(
      new Promise((resolve) => {
        release = resolve;
      }),
    );
    store.setValue('v', 1);
    await poke();
    store.setValue('v', 2);
    await saved();
    expect(stored).toEqual([{}, {v: 2}]);

    release();
    await turn();
    await poke();
    await saved();
    expect(stored).toEqual([{}, {v: 2}]);
    await persister.destroy();
  });
});

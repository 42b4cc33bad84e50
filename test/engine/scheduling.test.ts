/** What is asked for is done, at whatever moment: none slips through between two operations. */
import {describe, expect, it} from 'vitest';
import {createPersister, type Persister} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import {memoryStorage} from '../../src/testing/index.ts';
import {microtasks, turn} from '../../src/testing/waiting.ts';

const OFFSETS = Array.from({length: 201}, (_item, index) => index);

/** A persister whose queue is about to drain: its only operation has just been asked for. */
const almostIdle = (): {persister: Persister; read: () => Promise<unknown>} => {
  const storage = memoryStorage();
  const store = createStore().setValue('v', 0);
  const persister = createPersister(store, storage.open('a'));
  void persister.save();
  return {persister, read: () => Promise.resolve(storage.getContent('a'))};
};

describe('At every microtask around the moment when the queue has drained', () => {
  it('an action that is scheduled is run', async () => {
    const missed: number[] = [];
    for (const offset of OFFSETS) {
      const {persister} = almostIdle();
      await microtasks(offset);
      const run: number[] = [];
      void persister.schedule(() => Promise.resolve(run.push(offset)));
      await turn();
      if (run.length === 0) missed.push(offset);
    }
    expect(missed).toStrictEqual([]);
  });

  it('a save is carried out', async () => {
    const missed: number[] = [];
    for (const offset of OFFSETS) {
      const {persister, read} = almostIdle();
      await microtasks(offset);
      persister.getStore().setValue('v', 1);
      void persister.save();
      await turn();
      const [, values] = (await read()) as [unknown, {v?: number}];
      if (values.v !== 1) missed.push(offset);
    }
    expect(missed).toStrictEqual([]);
  });

  it('a change is saved, if auto-saving', async () => {
    const missed: number[] = [];
    for (const offset of OFFSETS) {
      const {persister, read} = almostIdle();
      void persister.startAutoSave();
      await microtasks(offset);
      persister.getStore().setValue('v', 1);
      await turn();
      const [, values] = (await read()) as [unknown, {v?: number}];
      if (values.v !== 1) missed.push(offset);
    }
    expect(missed).toStrictEqual([]);
  });
});

describe('schedule', () => {
  it('runs actions in order, one at a time, between loads and saves', async () => {
    const {persister} = almostIdle();
    const seen: string[] = [];
    const action = (name: string) => async (): Promise<void> => {
      seen.push(`${name} begins`);
      await turn();
      seen.push(`${name} ends`);
    };
    await Promise.all([
      persister.schedule(action('one'), action('two')),
      persister.schedule(action('three')),
    ]);
    expect(seen).toStrictEqual(
      ['one', 'two', 'three'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });

  it('reports an action that fails, and runs the next', async () => {
    const errors: unknown[] = [];
    const persister = createPersister(createStore(), memoryStorage().open('a'), {
      onIgnoredError: (error) => errors.push(error),
    });
    const seen: string[] = [];
    await persister.schedule(
      () => Promise.reject(new Error('no')),
      () => Promise.resolve(seen.push('next')),
    );
    expect(seen).toStrictEqual(['next']);
    expect(errors).toMatchObject([{code: 'HANDLER', cause: new Error('no')}]);
  });

  it('shares the queue of those who use the same resource', async () => {
    const resource = {};
    const seen: string[] = [];
    const [one, other] = ['one', 'other'].map((name) =>
      createPersister(createStore(), {
        name,
        resource,
        read: async () => {
          seen.push(`${name} begins`);
          await turn();
          seen.push(`${name} ends`);
          return undefined;
        },
        write: () => Promise.resolve(),
      }),
    );
    await Promise.all([one?.load(), other?.load(), one?.load()]);
    expect(seen).toStrictEqual(
      ['one', 'other', 'one'].flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });
});

/** The functions of custom persisters, in all dialects that they have had. */
import {describe, expect, it} from 'vitest';
import {
  createCustomPersister,
  type Persister,
  type PersisterListener,
  Persists,
  Status,
} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import type {Changes, Content, NoSchemas, Store} from '../../src/store/types.ts';
import {turn} from '../../src/testing/waiting.ts';

type Listener = PersisterListener<NoSchemas>;
type Parts = Parameters<typeof createCustomPersister>;

interface Custom {
  readonly store: Store;
  readonly persister: Persister;
  readonly errors: unknown[];
  /** What `setPersisted` was given: whole content, and the changes. */
  readonly writes: [content: unknown, changes: unknown][];
  /** What `addPersisterListener` was given. */
  readonly tell: Listener;
  readonly stopped: unknown[];
}

const custom = (
  {persisted, handle}: {persisted?: unknown; handle?: unknown} = {},
  store: Store = createStore(),
): Custom => {
  const errors: unknown[] = [];
  const writes: [unknown, unknown][] = [];
  const stopped: unknown[] = [];
  let told: Listener | undefined;
  const persister = createCustomPersister(
    store,
    () => Promise.resolve(persisted),
    (getContent, changes) => {
      writes.push([structuredClone(getContent()), structuredClone(changes)]);
    },
    (listener) => {
      told = listener;
      return handle;
    },
    (stoppedHandle) => void stopped.push(stoppedHandle),
    (error) => errors.push(error),
  );
  return {store, persister, errors, writes, stopped, tell: (...args) => told?.(...args)};
};

const CONTENT = [{pets: {fido: {age: 4}}}, {open: true}] as const;

describe('getPersisted', () => {
  const results: [string, unknown, unknown][] = [
    ['content', CONTENT, CONTENT],
    ['JSON text', JSON.stringify(CONTENT), CONTENT],
    ['tables only, in an array', [CONTENT[0]], [CONTENT[0], {}]],
    ['bare tables', CONTENT[0], [CONTENT[0], {}]],
    ['bare tables as JSON text', JSON.stringify(CONTENT[0]), [CONTENT[0], {}]],
    ['empty content', [{}, {}], [{}, {}]],
  ];
  it.each(results)('may return %s', async (_kind, persisted, expected) => {
    const {store, persister, errors} = custom({persisted});
    await persister.load([{}, {initial: true}]);
    expect(store.getContent()).toEqual(expected);
    expect(errors).toStrictEqual([]);
    expect(persister.getState().load).toBe('loaded');
  });

  it.each([['undefined'], ['null'], ['']])('may return %s for nothing', async (name) => {
    const persisted = {undefined, null: null, '': ''}[name];
    const {store, persister, errors} = custom({persisted});
    await persister.load([{}, {initial: true}]);
    expect(store.getContent()).toEqual([{}, {initial: true}]);
    expect(errors).toStrictEqual([]);
    expect(persister.getState().load).toBe('empty');
  });

  it.each([
    ['text that is no JSON', '[{'],
    ['a number', 3],
    ['the wrong shape', [[], {}]],
  ])('must not return %s', async (_kind, persisted) => {
    const {store, persister, errors} = custom({persisted});
    await persister.load([{}, {initial: true}]);
    expect(store.getContent()).toEqual([{}, {initial: true}]);
    expect(errors).toMatchObject([{code: 'UNREADABLE', phase: 'load'}]);
  });
});

describe('setPersisted', () => {
  it('gets whole content from save(), and no changes', async () => {
    const {store, persister, writes} = custom();
    store.setValue('open', true);
    await persister.save();
    expect(writes).toEqual([[[{}, {open: true}], undefined]]);
  });

  it('gets what each transaction has changed', async () => {
    const {store, persister, writes} = custom();
    store.setContent([{t1: {r1: {c1: 1}}}, {v1: 1, v2: 2}]);
    await persister.startAutoSave();
    store.setCell('t1', 'r1', 'c2', 2);
    await persister.whenSaved();
    store.delCell('t1', 'r1', 'c2');
    await persister.whenSaved();
    store.delValue('v2');
    await persister.whenSaved();
    store.transaction(() => {
      store.setCell('t1', 'r1', 'm', {k: 1}).setRow('u', 'r', {c: 1});
    });
    await persister.whenSaved();
    store.delTable('u');
    await persister.whenSaved();
    expect(writes.slice(1).map(([, changes]) => changes)).toEqual([
      [{t1: {r1: {c2: 2}}}, {}, 1],
      [{t1: {r1: {c2: undefined}}}, {}, 1],
      [{}, {v2: undefined}, 1],
      [{t1: {r1: {m: '\ufffd{"k":1}'}}, u: {r: {c: 1}}}, {}, 1],
      [{u: undefined}, {}, 1],
    ]);
    const [tables] = writes[2]?.[1] as [{t1: {r1: object}}];
    expect(Object.keys(tables.t1.r1)).toStrictEqual(['c2']);
  });
});

describe('addPersisterListener', () => {
  const handles: [string, unknown][] = [
    ['a handle', {}],
    ['0', 0],
    ['an empty text', ''],
    ['nothing', undefined],
    ['a promise', Promise.resolve('handle')],
  ];
  it.each(handles)('may return %s', async (_kind, handle) => {
    const {persister, stopped} = custom({handle});
    await persister.startAutoLoad();
    expect(persister.isAutoLoading()).toBe(true);
    await persister.stopAutoLoad();
    expect(persister.isAutoLoading()).toBe(false);
    expect(stopped).toStrictEqual([await handle]);
  });

  const CHANGES: Changes = [{pets: {fido: {age: 5}}}, {}, 1];
  const OTHER: Content = [{}, {other: 1}];
  const notices: [string, Parameters<Listener>, unknown][] = [
    ['content', [OTHER], OTHER],
    ['a function that returns content', [() => OTHER], OTHER],
    ['changes', [undefined, CHANGES], [{pets: {fido: {age: 5}}}, {open: true}]],
    ['changes in the first place', [CHANGES], [{pets: {fido: {age: 5}}}, {open: true}]],
    ['content and changes, which win', [OTHER, CHANGES], [{pets: {fido: {age: 5}}}, {open: true}]],
    [
      'a function that returns changes',
      [undefined, () => CHANGES],
      [{pets: {fido: {age: 5}}}, {open: true}],
    ],
    ['nothing, so that it is read', [], CONTENT],
    ['null, so that it is read', [null], CONTENT],
  ];
  it.each(notices)('may be told %s', async (_kind, args, expected) => {
    const {store, persister, tell, errors} = custom({persisted: CONTENT});
    await persister.startAutoLoad();
    tell(...args);
    await turn();
    expect(store.getContent()).toEqual(expected);
    expect(errors).toStrictEqual([]);
    expect(persister.getStats().loads).toBe(2);
  });

  it('applies what it is told at once when nothing else is done', async () => {
    const {store, persister, tell} = custom({persisted: CONTENT});
    await persister.startAutoLoad();
    const seen: Status[] = [];
    persister.addStatusListener((_persister, status) => seen.push(status));
    tell(OTHER);
    expect(store.getContent()).toEqual(OTHER);
    expect(seen).toStrictEqual([Status.Loading, Status.Idle]);
  });

  it('is not heard after stopAutoLoad()', async () => {
    const {store, persister, tell} = custom({persisted: CONTENT});
    await persister.startAutoLoad();
    await persister.stopAutoLoad();
    tell(OTHER);
    await turn();
    expect(store.getContent()).toEqual(CONTENT);
  });

  it('may fail: what is stored is loaded all the same', async () => {
    const errors: unknown[] = [];
    const store = createStore();
    const persister = createCustomPersister(
      store,
      () => CONTENT,
      () => undefined,
      () => Promise.reject(new Error('no')),
      () => undefined,
      (error) => errors.push(error),
    );
    await persister.startAutoLoad();
    expect(store.getContent()).toEqual(CONTENT);
    expect(persister.isAutoLoading()).toBe(false);
    expect(errors).toMatchObject([{code: 'UNAVAILABLE', phase: 'listen'}]);
  });
});

describe('load', () => {
  it('takes initial content in all its forms', async () => {
    const [tables, values] = [{pets: {fido: {age: 4}}}, {open: true}];
    for (const initial of [[[tables, values]], [() => [tables, values]], [tables, values]]) {
      const {store, persister} = custom();
      await (persister.load as (...args: unknown[]) => Promise<unknown>)(...initial);
      expect(store.getContent()).toEqual([tables, values]);
    }
  });

  it('is counted, and shown as the status, as saves are', async () => {
    const {store, persister} = custom();
    const seen: Status[] = [];
    persister.addStatusListener((_persister, status) => seen.push(status));
    const loading = persister.load();
    expect(persister.getStatus()).toBe(Status.Loading);
    await loading;
    expect(persister.getStatus()).toBe(Status.Idle);
    const saving = persister.save();
    expect(persister.getStatus()).toBe(Status.Saving);
    await saving;
    expect(seen).toStrictEqual([Status.Loading, Status.Idle, Status.Saving, Status.Idle]);
    expect(persister.getStats()).toStrictEqual({loads: 1, saves: 1});
    store.setValue('v', 1);
    expect(persister.getStats()).toStrictEqual({loads: 1, saves: 1});
  });
});

describe('Saves that overlap', () => {
  it('show as one, from the first to the last', async () => {
    const store = createStore();
    const active: string[] = [];
    const persister: Persister = createCustomPersister(
      store,
      () => undefined,
      async () => {
        active.push(`${String(persister.getStatus())} begins`);
        await turn();
        active.push(`${String(persister.getStatus())} ends`);
      },
      () => 0,
      () => undefined,
    );
    const seen: Status[] = [];
    persister.addStatusListener((_persister, status) => seen.push(status));
    const order: string[] = [];
    const save = async (name: string): Promise<void> => {
      await persister.save();
      order.push(name);
    };
    await Promise.all([save('a'), save('b'), save('c')]);
    expect(seen).toStrictEqual([Status.Saving, Status.Idle]);
    expect(order).toStrictEqual(['a', 'b', 'c']);
    expect(new Set(active)).toStrictEqual(new Set(['2 begins', '2 ends']));
    expect(persister.getStats()).toStrictEqual({loads: 0, saves: 3});
  });
});

describe('createCustomPersister', () => {
  it('refuses what is no function, and a plain store where only mergeable ones will do', () => {
    const nothing = (): null => null;
    const parts = [createStore(), nothing, nothing, nothing, nothing] as const;
    const refused = (index: number, part: unknown): void => {
      const wrong = Object.assign([...parts], {[index]: part}) as unknown as Parts;
      expect(() => createCustomPersister(...wrong)).toThrow(TypeError);
    };
    for (const index of [1, 2, 3, 4]) refused(index, undefined);
    refused(5, 'handler');
    expect(() => createCustomPersister(...parts)).not.toThrow();
    expect(() => createCustomPersister(...parts, undefined, Persists.MergeableStoreOnly)).toThrow(
      TypeError,
    );
  });
});

/** Listeners of the store while content is loaded: what they write is kept, what they throw is contained. */
import {describe, expect, it} from 'vitest';
import type {PersisterError, StorageAdapter} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import type {Store} from '../../src/store/types.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp} from './app.ts';

/** A store that derives cells from others: the double of each `n`, and the number of rows as a value. */
const deriving = (): Store => {
  const store = createStore();
  store.addCellListener(
    't',
    null,
    'n',
    (_store, tableId, rowId, _cellId, n) => {
      if (typeof n === 'number') store.setCell(tableId, rowId, 'double', 2 * n);
    },
    true,
  );
  store.addRowIdsListener('t', () => store.setValue('count', store.getRowCount('t')), true);
  return store;
};

const expectBoth = (app: App, content: unknown): void => {
  expect({memory: app.content, stored: app.storage.getContent('a')}).toEqual({
    memory: content,
    stored: content,
  });
};

describe('What listeners write while content is loaded', () => {
  it('is saved', async () => {
    const app = openApp({stored: [{t: {r: {n: 1}}}, {}], store: deriving()});
    await app.start();
    await app.saved();
    expectBoth(app, [{t: {r: {n: 1, double: 2}}}, {count: 1}]);
    expect(app.writes).toMatchObject([
      {method: 'writeChanges', changes: [{t: {r: {double: 2}}}, {count: 1}, 1]},
    ]);
  });

  it('is saved, too, when others announce changes', async () => {
    const app = openApp({stored: [{t: {r: {n: 1}}}, {}], store: deriving()});
    await app.start();
    await app.saved();
    app.storage.putChanges('a', [{t: {r: {n: 2}, s: {n: 3}}}, {theirs: 1}, 1]);
    await turn();
    await app.saved();
    expectBoth(app, [{t: {r: {n: 2, double: 4}, s: {n: 3, double: 6}}}, {count: 2, theirs: 1}]);
    expect(app.writes.at(-1)).toMatchObject({
      changes: [{t: {r: {double: 4}, s: {double: 6}}}, {count: 2}, 1],
    });
  });

  it('is saved by itself, if saving is automatic', async () => {
    const app = openApp({stored: [{t: {r: {n: 1}}}, {}], store: deriving()});
    await app.start();
    await app.saved();
    const {saves} = app.persister.getStats();
    app.storage.putChanges('a', [{t: {r: {n: 2}}}, {}, 1]);
    await app.clock.advance(0);
    expectBoth(app, [{t: {r: {n: 2, double: 4}}}, {count: 1}]);
    expect(app.persister.getStats().saves).toBe(saves + 1);
    const store = createStore();
    store.addValueListener('n', () => store.setValue('twice', 2), true);
    const other = openApp({stored: [{}, {}], store});
    await other.start();
    await other.saved();
    other.storage.putChanges('a', [{}, {n: 1}, 1]);
    await other.clock.advance(0);
    expectBoth(other, [{}, {n: 1, twice: 2}]);
  });

  it('is no change if it is what was loaded', async () => {
    const stored = [{t: {r: {n: 1, double: 2}}}, {count: 1}] as const;
    const app = openApp({stored: structuredClone(stored) as never, store: deriving()});
    await app.start();
    await app.saved();
    expect(app.writes).toStrictEqual([]);
    expect(app.persister.getStats()).toStrictEqual({loads: 1, saves: 1});
    app.storage.putChanges('a', [{t: {r: {n: 2, double: 4}}}, {}, 1]);
    await turn();
    expect(app.writes).toStrictEqual([]);
    expect(app.persister.getStats()).toStrictEqual({loads: 2, saves: 1});
  });

  it('is not what the load itself has removed', async () => {
    const app = openApp({stored: [{t: {r: {n: 1, double: 2}}}, {count: 1}], store: deriving()});
    app.store.setRow('t', 'old', {c: 1}).setValue('old', 1);
    await app.start();
    await app.saved();
    expect(app.content).toEqual([{t: {r: {n: 1, double: 2}}}, {count: 1}]);
    expect(app.writes).toStrictEqual([]);
  });

  it('may be the removal of what was loaded', async () => {
    const store = createStore();
    store.addCellListener(
      't',
      null,
      'bad',
      (_store, tableId, rowId) => store.delRow(tableId, rowId),
      true,
    );
    store.addValueListener('bad', () => store.delValue('bad'), true);
    const app = openApp({stored: [{t: {r: {bad: 1, c: 1}, s: {c: 2}}}, {bad: 1, v: 1}], store});
    await app.start();
    await app.saved();
    expectBoth(app, [{t: {s: {c: 2}}}, {v: 1}]);
    app.storage.putChanges('a', [{t: {s: {bad: 1}}}, {bad: 2}, 1]);
    await turn();
    await app.saved();
    expectBoth(app, [{}, {v: 1}]);
  });

  it('may put back what others have removed', async () => {
    const store = createStore();
    store.addTableIdsListener(() => {
      if (!store.hasTable('t')) store.setRow('t', 'r', {c: 'again'});
    }, true);
    store.addRowIdsListener(
      't',
      () => {
        if (store.hasTable('t') && !store.hasRow('t', 'r')) store.setRow('t', 'r', {c: 'again'});
      },
      true,
    );
    store.addValueIdsListener(() => {
      if (!store.hasValue('v')) store.setValue('v', 'again');
    }, true);
    const app = openApp({stored: [{t: {r: {c: 1}, s: {c: 1}}}, {v: 1}], store});
    await app.start();
    await app.saved();
    app.storage.putChanges('a', [{t: {r: undefined}}, {v: undefined}, 1]);
    await turn();
    await app.saved();
    expectBoth(app, [{t: {r: {c: 'again'}, s: {c: 1}}}, {v: 'again'}]);
    app.storage.putChanges('a', [{t: undefined}, {}, 1]);
    await turn();
    await app.saved();
    expectBoth(app, [{t: {r: {c: 'again'}}}, {v: 'again'}]);
  });

  it('is a local change like any other, counted and noted', async () => {
    const app = openApp({stored: [{t: {r: {n: 1}}}, {}], store: deriving()});
    await app.settled(app.persister.load(), 'load()');
    expect(app.persister.getState().pending).toBe(2);
    await app.settled(app.persister.whenSaved(), 'whenSaved()');
    expectBoth(app, [{t: {r: {n: 1, double: 2}}}, {count: 1}]);
  });
});

describe('A change by the app', () => {
  it('is noted once, also when somebody listens to the store while content is loaded', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    app.store.addValuesListener(() => undefined);
    await app.start();
    await app.saved();
    const {saves} = app.persister.getStats();
    app.store.setValue('v', 2);
    expect(app.persister.getStats().saves).toBe(saves + 1);
  });
});

describe('What a listener of the store throws', () => {
  const oops = new Error('oops');
  const throwing = (): never => {
    throw oops;
  };

  it('after a load is reported, and the load stands', async () => {
    const app = openApp({stored: [{t: {r: {c: 1}}}, {v: 1}]});
    app.store.addValuesListener(throwing);
    await app.start();
    await app.saved();
    expect(app.content).toEqual([{t: {r: {c: 1}}}, {v: 1}]);
    expect(app.persister.getState()).toMatchObject({load: 'loaded', pending: 0});
    expect(app.errors).toMatchObject([{code: 'HANDLER', phase: 'load', cause: oops}]);
    expect(app.writes).toStrictEqual([]);
  });

  it('instead of a load is a failed load: nothing is taken in, and nothing is written', async () => {
    const app = openApp({stored: [{t: {r: {c: 1}}}, {v: 1}]});
    const id = app.store.addWillFinishTransactionListener(throwing);
    await app.start();
    expect(app.content).toEqual([{}, {}]);
    expect(app.persister.getState()).toMatchObject({load: 'failed', blocked: true});
    expect(app.errors[0]).toMatchObject({code: 'UNAVAILABLE', phase: 'load', cause: oops});
    app.store.delListener(id);
    await app.letRetry();
    expect(app.content).toEqual([{t: {r: {c: 1}}}, {v: 1}]);
    expect(app.persister.getState()).toMatchObject({load: 'loaded', blocked: false});
    expect(app.storage.getContent('a')).toEqual([{t: {r: {c: 1}}}, {v: 1}]);
  });

  it('while a conflict is settled is reported; what others wrote is read, and kept', async () => {
    const app = openApp({stored: [{}, {v: 1}]});
    await app.start();
    await app.saved();
    await app.settled(app.persister.stopAutoLoad(), 'stopAutoLoad()');
    app.storage.putChanges('a', [{}, {theirs: 1}, 1]);
    app.store.setValue('v', 2);
    let times = 2;
    app.store.addWillFinishTransactionListener(() => {
      if (times-- > 0) throw oops;
    });
    await app.saved();
    expectBoth(app, [{}, {v: 2, theirs: 1}]);
    expect(app.errors.every((error) => (error as Error).cause === oops)).toBe(true);
    expect(app.errors).toHaveLength(2);
  });
});

describe('What an adapter asks for', () => {
  it('is refused while a transaction is open, for that moment', async () => {
    const thrown: unknown[] = [];
    const adapt = (adapter: StorageAdapter): StorageAdapter => ({
      name: 'mine',
      read: adapter.read.bind(adapter),
      write: async (getContent, signal) => {
        await turn();
        try {
          getContent();
        } catch (error) {
          thrown.push(error);
          throw error;
        }
        await adapter.write(getContent, signal);
      },
    });
    const app = openApp({adapt});
    app.store.setValue('v', 1);
    const release = app.faults.hold('write');
    const saving = app.persister.save();
    await turn();
    app.store.startTransaction();
    release();
    await turn();
    await turn();
    app.store.finishTransaction();
    await app.settled(saving, 'save()');
    expect(thrown).toMatchObject([{code: 'UNAVAILABLE', phase: 'save', retriable: true}]);
    const [error] = thrown as [PersisterError];
    expect([error.storage, error.message]).toStrictEqual([
      'mine',
      'A transaction of the store is open',
    ]);
    expect(app.storage.getContent('a')).toEqual([{}, {v: 1}]);
    expect(app.errors).toStrictEqual([]);
  });

  it('that fails after a transaction was open during an earlier write is a failure', async () => {
    const app = openApp();
    await app.start([{}, {}]);
    await app.saved();
    const release = app.faults.hold('write');
    app.store.setValue('v', 1);
    await turn();
    app.store.startTransaction();
    release();
    await turn();
    app.store.finishTransaction();
    await app.saved();
    app.faults.fail('write');
    app.store.setValue('v', 2);
    await turn();
    expect(app.errorCodes).toStrictEqual(['UNAVAILABLE']);
    await app.saved();
    expectBoth(app, [{}, {v: 2}]);
  });
});

describe('After destroy()', () => {
  it('the store is not observed any more', async () => {
    const app = openApp();
    await app.start([{}, {}]);
    await app.settled(app.persister.destroy(), 'destroy()');
    const writes = app.writes.length;
    app.store.setValue('v', 1);
    await turn();
    expect(app.persister.getState().pending).toBe(0);
    expect(app.writes).toHaveLength(writes);
    expect(app.persister.getStats().saves).toBe(1);
  });
});

import {describe, expect, it} from 'vitest';
import {plain} from '../../test/support/any-input.ts';
import {fillStore} from './fill.ts';
import {createStore, type Store} from './index.ts';
import {internalsOf} from './store-internals.ts';

const PREFIX = '\uFFFD';
const fail = (message: string) => (): never => {
  throw new Error(message);
};

describe('the inner door', () => {
  it('is that of stores only', () => {
    expect(() => internalsOf({...createStore()})).toThrow(
      new TypeError('store: expected a store made by createStore'),
    );
  });

  it('speaks the encoded form', () => {
    const store = createStore();
    const door = internalsOf(store);
    door.setContent([{t: {r: {o: `${PREFIX}{"a":1}`, bad: `${PREFIX}zz`}}}, {v: `${PREFIX}[1]`}]);
    expect(plain(store.getContent())).toStrictEqual([{t: {r: {o: {a: 1}}}}, {v: [1]}]);
    expect(plain(door.getContent())).toStrictEqual([
      {t: {r: {o: `${PREFIX}{"a":1}`}}},
      {v: `${PREFIX}[1]`},
    ]);
    door.applyChanges([{t: {r: {o: `${PREFIX}[2]`}}}, {v: undefined}, 1]);
    expect([
      door.getCell('t', 'r', 'o'),
      door.getValue('v'),
      door.getRow('t', 'none'),
    ]).toStrictEqual([`${PREFIX}[2]`, undefined, undefined]);
  });

  it('hands out copies of all columns, without what has been deleted', () => {
    const store = createStore();
    for (const id of ['a', 'b', 'c']) store.setRow('t', id, {x: id, y: [id]});
    store.delRow('t', 'a').delCell('t', 'b', 'x').setCell('t', 'c', 'z', 1);
    const door = internalsOf(store);
    const columns = door.getColumns('t');
    store.delTables();
    const text = (id: string): string => `${PREFIX}["${id}"]`;
    expect(columns).toEqual({
      rowIds: ['b', 'c'],
      cellIds: ['x', 'y', 'z'],
      columns: [
        [undefined, 'c'],
        [text('b'), text('c')],
        [undefined, 1],
      ],
    });
    expect(door.getColumns('t')).toBeUndefined();
  });

  it('fills a store column by column', () => {
    const store = createStore();
    const columns = {
      rowIds: ['r', '__proto__', '7'],
      cellIds: ['a', 'b', 'none'],
      columns: [[1, undefined, null], ['x', `${PREFIX}{"o":1}`, true], [undefined]],
    };
    const tables = new Map([
      ['t', columns],
      ['empty', {rowIds: [], cellIds: [], columns: []}],
    ]);
    expect(fillStore(store, tables, {v: `${PREFIX}[]`})).toBe(true);
    expect(store.getJson()).toBe(
      `[{"t":{"7":{"a":null,"b":true},"r":{"a":1,"b":"x"},"__proto__":{"b":"${PREFIX}{\\"o\\":1}"}}},` +
        `{"v":"${PREFIX}[]"}]`,
    );
    expect(store.getTableCellIds('t')).toStrictEqual(['a', 'b']);
    expect(store.getRowIds('t')).toStrictEqual(['r', '__proto__', '7']);
  });

  const bareStore = (): Store => createStore();
  it.each<[string, Store, unknown, unknown]>([
    ['a table', bareStore().setCell('u', 'r', 'c', 1), 1, 1],
    ['a value', bareStore().setValue('w', 1), 1, 1],
    ['a schema of tables', bareStore().setTablesSchema({t: {c: {type: 'string'}}}) as never, 1, 1],
    ['a schema of values', bareStore().setValuesSchema({v: {type: 'string'}}) as never, 1, 1],
    ['an open transaction', bareStore().startTransaction(), 1, 1],
    ['a cell that is none', bareStore(), NaN, 1],
    ['a cell that is not encoded', bareStore(), {}, 1],
    ['a cell that was badly encoded', bareStore(), `${PREFIX}zz`, 1],
    ['a value that is none', bareStore(), 1, Infinity],
  ])('does not fill a store where there is %s, and does nothing', (_what, store, cell, value) => {
    const before = store.getJson();
    const columns = {rowIds: ['r'], cellIds: ['c'], columns: [[cell as number]]};
    expect(fillStore(store, new Map([['t', columns]]), {v: value as number})).toBe(false);
    expect(store.getJson()).toBe(before);
  });

  it('does not fill a store where somebody has to be told', () => {
    const columns = {rowIds: ['r'], cellIds: ['c'], columns: [[1]]};
    const tables = new Map([['t', columns]]);
    const heard = createStore();
    heard.addTablesListener(() => undefined);
    const observed = createStore();
    internalsOf(observed).observe(() => undefined);
    const watched = createStore();
    internalsOf(watched).observeWrites({
      cellWritten: () => undefined,
      valueWritten: () => undefined,
    });
    for (const store of [heard, observed, watched]) {
      expect(fillStore(store, tables, {})).toBe(false);
      expect(store.getTables()).toEqual({});
    }
  });

  it('tells observers what each transaction has changed, and nothing of rollbacks', () => {
    const store = createStore();
    const seen: unknown[] = [];
    const stop = internalsOf(store).observe((summary) => {
      const changes: unknown[] = [];
      summary.forEachRow((...row) => changes.push(row));
      summary.forEachValue((valueId) => changes.push(valueId));
      seen.push(changes);
    });
    store.setRow('t', 'r', {a: 1, b: 2}).setCell('t', 'r', 'a', 2).setCell('t', 'r', 'a', 2);
    store.transaction(() => store.delRow('t', 'r').setRow('t', 'r', {a: 2, c: 3}));
    store.delRow('t', 'r').setValue('v', 1);
    store.transaction(
      () => store.setValue('v', 2),
      () => true,
    );
    stop();
    store.setValue('v', 3);
    expect(seen).toStrictEqual([
      [['t', 'r', 'added', []]],
      [['t', 'r', 'changed', ['a']]],
      [['t', 'r', 'changed', ['b', 'c']]],
      [['t', 'r', 'removed', ['a', 'c']]],
      ['v'],
    ]);
  });

  it('keeps what is committed when an observer throws', () => {
    const store = createStore();
    internalsOf(store).observe(fail('observer'));
    expect(() => store.setValue('v', 1)).toThrow('observer');
    expect(store.getValue('v')).toBe(1);
  });

  it('tells every write as it happens, defaults and rollbacks included', () => {
    const store = createStore().setTablesSchema({
      t: {a: {type: 'number', default: 3}, b: {type: 'number'}},
    });
    const seen: unknown[] = [];
    const stop = internalsOf(store).observeWrites({
      cellWritten: (...write) => seen.push(write),
      valueWritten: (...write) => seen.push(write),
    });
    store.setCell('t', 'r', 'b', 1);
    store.transaction(
      () => store.setValue('v', 1).delRow('t', 'r'),
      () => true,
    );
    store.setCell('t', 'r', 'a', 4).delCell('t', 'r', 'a');
    stop();
    store.setValue('v', 2);
    expect(seen).toStrictEqual([
      ['t', 'r', 'b', 1, false],
      ['t', 'r', 'a', 3, true],
      ['v', 1, false],
      ['t', 'r', 'b', undefined, false],
      ['t', 'r', 'a', undefined, false],
      ['t', 'r', 'b', 1, false],
      ['t', 'r', 'a', 3, false],
      ['v', undefined, false],
      ['t', 'r', 'a', 4, false],
      ['t', 'r', 'a', 3, true],
    ]);
  });

  it('runs what waits as soon as no transaction is open, all of it', () => {
    const store = createStore();
    const door = internalsOf(store);
    const log: unknown[] = [];
    store.addDidFinishTransactionListener(() => log.push('did'));
    const act = (): unknown =>
      store.transaction(() => {
        door.whenIdle(fail('first'));
        door.whenIdle(() => log.push(['idle', door.isInTransaction()]));
        log.push(['open', door.isInTransaction()]);
      });
    expect(act).toThrow('first');
    expect(log).toStrictEqual([['open', true], 'did', ['idle', false]]);
  });

  it('knows whether anything could alter what is written', () => {
    const store = createStore();
    const door = internalsOf(store);
    store.addTablesListener(() => undefined);
    expect(door.hasMutators()).toBe(false);
    store.delListener(store.addTablesListener(() => undefined, true));
    expect(door.hasMutators()).toBe(false);
    store.addWillFinishTransactionListener(() => undefined);
    expect(door.hasMutators()).toBe(true);
  });

  it('undoes changes of which a part cannot be applied', () => {
    const store = createStore().setCell('t', 'r', 'c', 1);
    const changes = JSON.parse('[{"t":{"r":{"c":2}}},null,1]') as [
      Record<string, never>,
      Record<string, never>,
      1,
    ];
    expect(() => internalsOf(store).applyChanges(changes)).toThrow(TypeError);
    expect(store.getCell('t', 'r', 'c')).toBe(1);
  });

  it('tells what the schema refuses', () => {
    const store = createStore().setSchema(
      {t: {a: {type: 'number', required: true}}},
      {v: {type: 'number'}},
    );
    const refused = new Set<string>();
    internalsOf(store).setContent(
      [
        {t: {r: {a: 'x'}, q: {a: 1, z: 2}, ok: {a: 1}}, x: {r: {a: 1}}},
        {v: 'x', w: 1},
      ],
      {
        row: (tableId, rowId) => refused.add(`${tableId}/${String(rowId)}`),
        value: (valueId) => refused.add(valueId),
      },
    );
    expect([...refused]).toStrictEqual(['t/r', 't/q', 'x/undefined', 'v', 'w']);
  });

  it('gives a table as text in chunks, whose revisions tell what has changed', () => {
    const store = createStore();
    const door = internalsOf(store);
    const read = (): [revision: number, text: string][] => {
      const chunks: [number, string][] = [];
      door.forEachRowChunk('t', (_, revision, getJson) => chunks.push([revision, getJson()]));
      return chunks;
    };
    for (let row = 0; row < 600; row++) store.setCell('t', `r${String(row)}`, 'c', row);
    const before = read();
    const text = before.map(([, part]) => part).join(',');
    expect(JSON.parse(`{${text}}`)).toStrictEqual(plain(store.getTable('t')));
    store.setCell('t', 'r0', 'c', -1);
    const after = read();
    expect(after.map(([revision], at) => revision === before[at]?.[0])).toStrictEqual([
      false,
      true,
      true,
    ]);
    for (let row = 0; row < 590; row++) store.delRow('t', `r${String(row)}`);
    for (let row = 0; row < 3000; row++) store.setCell('t', 'x', 'c', row).delRow('t', 'x');
    const last = read().map(([, part]) => part);
    expect(JSON.parse(`{${last.filter((part) => part !== '').join(',')}}`)).toStrictEqual(
      plain(store.getTable('t')),
    );
  });
});

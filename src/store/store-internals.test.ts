import {describe, expect, it} from 'vitest';
import {plain} from '../../test/support/any-input.ts';
import {createStore} from './index.ts';
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

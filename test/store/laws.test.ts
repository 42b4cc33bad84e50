import {inspect, isDeepStrictEqual} from 'node:util';
import fc from 'fast-check';
import {afterEach, describe, expect, it} from 'vitest';
import {
  createStore,
  type Store,
  type TablesSchema,
  type ValuesSchema,
} from '../../src/store/index.ts';
import {fillStore} from '../../src/store/fill.ts';
import {internalsOf} from '../../src/store/store-internals.ts';
import type {EncodedColumns, EncodedContent} from '../../src/store/internals.ts';
import {recordEvents} from './events.ts';
import {type Choice, type Operation, operations, perform} from './operations.ts';

const WILD: Choice = {objects: true, invalid: true, shapes: true, rollback: true, schemas: false};
const WITH_SCHEMAS: Choice = {...WILD, schemas: true, objectDefaults: true};

const programs = (choice: Choice, maxLength = 20): fc.Arbitrary<Operation[]> =>
  fc.array(operations(choice), {maxLength});
const performAll = (store: Store, list: readonly Operation[]): Store => {
  for (const operation of list) perform(store, operation);
  return store;
};

afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
});

describe('JSON', () => {
  it('brings an empty store to the same content, and the same text', () => {
    fc.assert(
      fc.property(programs(WILD), (list) => {
        const store = performAll(createStore(), list);
        const copy = createStore().setJson(store.getJson());
        expect(copy.getJson()).toBe(store.getJson());
        expect(JSON.stringify(copy.getContent())).toBe(JSON.stringify(store.getContent()));
      }),
    );
  });

  it('of both halves is the JSON of the whole', () => {
    fc.assert(
      fc.property(programs(WILD), (list) => {
        const store = performAll(createStore(), list);
        expect(store.getJson()).toBe(`[${store.getTablesJson()},${store.getValuesJson()}]`);
      }),
    );
  });

  it('of the schemas sets the same schemas', () => {
    fc.assert(
      fc.property(programs(WITH_SCHEMAS), (list) => {
        const store = performAll(createStore(), list);
        const [tablesSchema, valuesSchema] = schemasOf(store);
        const copy = createStore().setSchema(tablesSchema, valuesSchema);
        expect(copy.getSchemaJson()).toBe(store.getSchemaJson());
      }),
    );
  });
});

describe('filling an empty store', () => {
  it('makes of it what setting the same content does, whatever follows', () => {
    fc.assert(
      fc.property(programs(WILD), programs(WILD), (before, after) => {
        const source = performAll(createStore(), before);
        const door = internalsOf(source);
        const set = createStore();
        internalsOf(set).setContent(door.getContent());
        const filled = createStore();
        // Rows of content are in the order of objects, which begins with array indexes.
        const columns = set
          .getTableIds()
          .map((id) => [id, internalsOf(set).getColumns(id) as EncodedColumns] as const);
        expect(fillStore(filled, new Map(columns), door.getContent()[1])).toBe(true);
        const expectSame = (): void => {
          // Not in the order of cells, which is that of the columns.
          expect(internalsOf(filled).getContent()).toEqual(internalsOf(set).getContent());
          expect(filled.getTableIds()).toStrictEqual(set.getTableIds());
          for (const tableId of set.getTableIds()) {
            expect(filled.getRowIds(tableId)).toStrictEqual(set.getRowIds(tableId));
            const cellIds = filled.getTableCellIds(tableId);
            expect([...cellIds].sort()).toStrictEqual(set.getTableCellIds(tableId).sort());
          }
          expect(JSON.parse(filled.getJson())).toEqual(JSON.parse(set.getJson()));
        };
        expectSame();
        performAll(set, after);
        performAll(filled, after);
        expectSame();
      }),
    );
  });
});

describe('changes', () => {
  it('of every transaction, applied to a copy, keep it the same', () => {
    fc.assert(
      fc.property(programs(WILD), (list) => {
        const copy = createStore();
        const store = createStore();
        store.addDidFinishTransactionListener(() => {
          copy.applyChanges(store.getTransactionChanges());
        });
        performAll(store, list);
        expect(textOf(copy.getContent())).toBe(textOf(store.getContent()));
      }),
    );
  });

  it('are none outside of transactions', () => {
    fc.assert(
      fc.property(programs(WILD), (list) => {
        const store = performAll(createStore(), list);
        expect(JSON.stringify(store.getTransactionChanges())).toBe('[{},{},1]');
      }),
    );
  });
});

describe('a transaction that is rolled back', () => {
  it('leaves content and schemas as they were, and tells nobody of a change', () => {
    fc.assert(
      fc.property(programs(WITH_SCHEMAS), programs(WITH_SCHEMAS), (before, within) => {
        const store = performAll(createStore(), before);
        const content = store.getContent();
        const schemaJson = store.getSchemaJson();
        const events = recordEvents(store);
        store.transaction(
          () => performAll(store, within),
          () => true,
        );
        expect(textOf(store.getContent())).toBe(textOf(content));
        expect(JSON.parse(store.getSchemaJson())).toStrictEqual(JSON.parse(schemaJson));
        const kinds = events
          .map(([kind]) => kind)
          .filter((kind) => !/Invalid|Transaction/.test(kind));
        expect(kinds).toStrictEqual([]);
      }),
    );
  });
});

describe('deleting everything', () => {
  it('leaves a store like a new one, its schemas and defaults aside', () => {
    fc.assert(
      fc.property(programs(WILD), (list) => {
        const store = performAll(createStore(), list).delTables().delValues();
        expect(textOf(store.getContent())).toBe(textOf(createStore().getContent()));
        expect(store.addRow('t', {c: 1})).toBe('0');
      }),
    );
  });
});

describe('methods', () => {
  it('do the same when they are detached', () => {
    fc.assert(
      fc.property(programs(WITH_SCHEMAS), (list) => {
        const store = createStore();
        const methods = new Map<PropertyKey, unknown>();
        const detached = new Proxy(store, {
          get: (_, name) => {
            const method: unknown = methods.get(name) ?? Reflect.get(store, name);
            methods.set(name, method);
            return typeof method === 'function'
              ? (...args: unknown[]): unknown => Reflect.apply(method, undefined, args)
              : method;
          },
        });
        for (const operation of list) perform(detached, operation);
        const usual = performAll(createStore(), list);
        expect(store.getJson()).toBe(usual.getJson());
        expect(store.getSchemaJson()).toBe(usual.getSchemaJson());
      }),
    );
  });
});

describe('the inner door', () => {
  const contentOf = (store: Store): EncodedContent => internalsOf(store).getContent();

  it('gets content whose JSON is the JSON of the store', () => {
    fc.assert(
      fc.property(programs(WILD), (list) => {
        const store = performAll(createStore(), list);
        expect(JSON.stringify(contentOf(store))).toBe(store.getJson());
        for (const [tableId, table] of Object.entries(contentOf(store)[0])) {
          for (const [rowId, row] of Object.entries(table)) {
            expect(textOf(internalsOf(store).getRow(tableId, rowId))).toBe(textOf(row));
          }
        }
      }),
    );
  });

  it('takes the content of another store, and refuses nothing without a schema', () => {
    fc.assert(
      fc.property(programs(WILD), programs(WILD), (list, others) => {
        const store = performAll(createStore(), list);
        const other = performAll(createStore(), others);
        const refused: unknown[] = [];
        internalsOf(store).setContent(contentOf(other), {
          row: (...ids) => refused.push(ids),
          value: (id) => refused.push(id),
        });
        // As JSON: a cell stays as it is when it is set to 0 and was -0, or the other way round.
        expect(textOf(JSON.parse(store.getJson()))).toBe(textOf(JSON.parse(other.getJson())));
        expect(refused).toStrictEqual([]);
      }),
    );
  });

  it('tells of every row and value that a schema does not admit as it is', () => {
    fc.assert(
      fc.property(programs(WILD), programs(WITH_SCHEMAS), (list, schemas) => {
        const [tables, values] = contentOf(performAll(createStore(), list));
        const store = performAll(createStore(), schemas);
        const rows = new Set<string>();
        const refusedTables = new Set<string>();
        const refusedValues = new Set<string>();
        internalsOf(store).setContent([tables, values], {
          row: (tableId, rowId) =>
            rowId === undefined
              ? refusedTables.add(tableId)
              : rows.add(JSON.stringify([tableId, rowId])),
          value: (valueId) => refusedValues.add(valueId),
        });
        for (const [tableId, table] of Object.entries(tables)) {
          for (const [rowId, row] of Object.entries(table)) {
            const kept = internalsOf(store).getRow(tableId, rowId);
            const isKept = Object.entries(row).every(([cellId, cell]) => kept?.[cellId] === cell);
            const isRefused =
              refusedTables.has(tableId) || rows.has(JSON.stringify([tableId, rowId]));
            if (!isKept) expect([tableId, rowId, isRefused]).toStrictEqual([tableId, rowId, true]);
          }
        }
        for (const [valueId, value] of Object.entries(values)) {
          const isKept = internalsOf(store).getValue(valueId) === value;
          if (!isKept) expect([...refusedValues]).toContain(valueId);
        }
      }),
    );
  });

  it('tells observers of exactly the rows, cells and values that differ after a transaction', () => {
    fc.assert(
      fc.property(programs(WITH_SCHEMAS), (list) => {
        const store = createStore();
        let before = contentOf(store);
        let told: unknown[] = [];
        internalsOf(store).observe((summary) => {
          summary.forEachRow((tableId, rowId, kind, cellIds) =>
            told.push([tableId, rowId, kind, [...cellIds].sort()]),
          );
          summary.forEachValue((valueId) => told.push([valueId]));
        });
        for (const operation of list) {
          perform(store, operation);
          expect(sorted(told)).toStrictEqual(sorted(differences(before, contentOf(store))));
          told = [];
          before = contentOf(store);
        }
      }),
    );
  });

  it('calls what waits for an idle store once, when no transaction is open', () => {
    fc.assert(
      fc.property(programs(WILD, 6), programs(WILD, 6), (first, second) => {
        const store = createStore();
        const calls: string[] = [];
        const wait = (name: string): void =>
          internalsOf(store).whenIdle(() => {
            calls.push(name);
            expect(internalsOf(store).isInTransaction()).toBe(false);
          });
        wait('at once');
        expect(calls).toStrictEqual(['at once']);
        const listener = store.addDidFinishTransactionListener(() => calls.push('finished'));
        store.startTransaction();
        performAll(store, first);
        wait('later');
        performAll(store, second);
        expect(calls).toStrictEqual(['at once']);
        store.finishTransaction().delListener(listener);
        performAll(store, second);
        expect(calls.filter((name) => name !== 'finished')).toStrictEqual(['at once', 'later']);
        expect(calls.at(-1)).toBe('later');
      }),
    );
  });

  it('gives the rows of a table in chunks, whose text is that of the table, and is the same while the revision is', () => {
    const rowIds = Array.from({length: 700}, (_, index) => `row ${String(index)}`);
    const rows = Object.fromEntries(rowIds.map((rowId, index) => [rowId, {c: index}]));
    const write: fc.Arbitrary<Operation> = fc.oneof(
      fc
        .tuple(fc.constantFrom(...rowIds), fc.nat(3))
        .map(([rowId, cell]) => ({method: 'setCell', args: ['t', rowId, 'c', cell]})),
      fc.constantFrom(...rowIds).map((rowId) => ({method: 'delRow', args: ['t', rowId]})),
      fc.tuple(fc.nat(699), fc.nat(699)).map(([from, to]) => ({
        method: 'setTable',
        args: [
          't',
          Object.fromEntries(rowIds.slice(from, to).map((rowId) => [rowId, {d: [from]}])),
        ],
      })),
      fc.array(fc.constantFrom(...rowIds), {maxLength: 400}).map((ids) => ({
        transaction: ids.map((rowId) => ({method: 'delRow', args: ['t', rowId]})),
        ending: 'commit' as const,
      })),
      operations({...WILD, schemas: false}),
    );
    fc.assert(
      fc.property(fc.array(write, {maxLength: 12}), (list) => {
        const store = createStore().setTable('t', rows);
        const texts = new Map<number, string>();
        for (const operation of [{method: 'getRowIds', args: ['t']}, ...list]) {
          perform(store, operation);
          const chunks: string[] = [];
          internalsOf(store).forEachRowChunk('t', (_, revision, getJson) => {
            const text = getJson();
            expect(texts.get(revision) ?? text).toBe(text);
            texts.set(revision, text);
            if (text !== '') chunks.push(text);
          });
          const parsed: unknown = JSON.parse(`{${chunks.join(',')}}`);
          expect(isDeepStrictEqual(parsed, tableOf(store))).toBe(true);
        }
      }),
      {numRuns: 50},
    );
  });
});

/** As text: equality of objects goes wrong where a key is `constructor`. */
const textOf = (value: unknown): string => inspect(value, {depth: null, sorted: true});
const schemasOf = (store: Store): [TablesSchema, ValuesSchema] =>
  JSON.parse(store.getSchemaJson()) as [TablesSchema, ValuesSchema];
const tableOf = (store: Store): unknown => {
  const tables = JSON.parse(store.getTablesJson()) as Record<string, unknown>;
  return tables['t'] ?? {};
};
const sorted = (list: readonly unknown[]): string[] =>
  list.map((item) => JSON.stringify(item)).sort();

/** What an observer is to be told, found by comparing whole contents. */
const differences = (before: EncodedContent, after: EncodedContent): unknown[] => {
  const all: unknown[] = [];
  for (const tableId of idsOf(before[0], after[0])) {
    const [old, now] = [before[0][tableId], after[0][tableId]];
    for (const rowId of idsOf(old, now)) {
      const [oldRow, newRow] = [old?.[rowId], now?.[rowId]];
      const cellIds = idsOf(oldRow, newRow).filter(
        (cellId) => oldRow?.[cellId] !== newRow?.[cellId],
      );
      if (!oldRow) all.push([tableId, rowId, 'added', []]);
      else if (!newRow) all.push([tableId, rowId, 'removed', Object.keys(oldRow).sort()]);
      else if (cellIds.length > 0) all.push([tableId, rowId, 'changed', cellIds.sort()]);
    }
  }
  for (const valueId of idsOf(before[1], after[1])) {
    if (before[1][valueId] !== after[1][valueId]) all.push([valueId]);
  }
  return all;
};
const idsOf = (one: object | undefined, other: object | undefined): string[] => [
  ...new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]),
];

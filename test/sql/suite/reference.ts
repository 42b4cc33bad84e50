/** Databases that tinybase has written, and those that it reads; through its public interface. */
import {createStore as createReferenceStore, type Store as ReferenceStore} from 'tinybase';
import {createCustomSqlitePersister, type DatabasePersisterConfig} from 'tinybase/persisters';
import {createStore} from '../../../src/store/index.ts';
import {assertSame} from '../../../src/testing/assertions.ts';
import {loadBy, openSession} from './session.ts';
import {inBothModes, type SharedTest} from './shared-test.ts';
import type {AppTransaction, SqlHandle} from './sql-client.ts';

/** Executes statements, of which those about transactions mean the client's own. */
const inTransactionsOf = (handle: SqlHandle): SqlHandle['execute'] => {
  if (!handle.begin) return handle.execute;
  let open: AppTransaction | undefined;
  return async (sql, params) => {
    if (sql === 'BEGIN') open = await handle.begin?.();
    else if (sql === 'END' || sql === 'ROLLBACK') {
      await open?.end(sql === 'END' ? 'COMMIT' : sql);
      open = undefined;
    } else return (open ?? handle).execute(sql, params);
    return [];
  };
};

/** Runs `action` with a persister of tinybase's, which keeps its store where ours would. */
const withReference = async (
  handle: SqlHandle,
  config: DatabasePersisterConfig,
  action: (store: ReferenceStore, persister: {load(): unknown; save(): unknown}) => Promise<void>,
): Promise<void> => {
  const store = createReferenceStore();
  const errors: unknown[] = [];
  const nothing = (): undefined => undefined;
  const executeIn = inTransactionsOf(handle);
  const persister = createCustomSqlitePersister(
    store,
    config,
    async (sql, params) => {
      const rows = await executeIn(sql, (params ?? []) as never);
      return rows.map((row) => ({...row}));
    },
    nothing,
    nothing,
    nothing,
    (error: unknown) => errors.push(error),
    nothing,
    1,
    {},
  );
  await action(store, persister);
  assertSame(errors, [], 'errors of the reference');
  await persister.destroy();
};

const TABLES = {
  pets: {
    fido: {species: 'dog', age: 4, price: 5.5, tags: ['a', 'b'], meta: {k: 1}},
    felix: {species: 'cat', age: null, price: -0.25, tags: [], meta: {}},
  },
  'two words': {'7': {name: 'é"\n'}},
};
const VALUES = {employees: 3, theme: {dark: true}, empty: ''};

export const reference: readonly SharedTest[] = [
  ...inBothModes(
    'opens what tinybase has written, and writes what it opens',
    async (places, config) => {
      const handle = await places.connect('a');
      await withReference(handle, config as DatabasePersisterConfig, async (store, persister) => {
        store.setTables(TABLES).setValues(VALUES);
        await persister.save();
      });
      const {store, persister, errors} = await openSession(handle, config);
      await persister.startAutoPersisting();
      assertSame(store.getContent(), [TABLES, VALUES], 'what it has written');
      store.setCell('pets', 'felix', 'age', 9).delRow('pets', 'fido').setValue('employees', 4);
      await persister.whenSaved();
      assertSame(errors, [], 'errors');
      await persister.destroy();
      const expected = [
        {...TABLES, pets: {felix: {...TABLES.pets.felix, age: 9}}},
        {...VALUES, employees: 4},
      ];
      assertSame(await loadBy(handle, config), expected, 'after changes');
      await withReference(handle, config as DatabasePersisterConfig, async (theirs, reader) => {
        await reader.load();
        assertSame(theirs.getContent(), expected, 'what it reads');
      });
    },
    {tables: ['pets', 'two words']},
  ),
  {
    name: 'reads as booleans, by the schema of the store, what tinybase has written for them',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const config = {
        mode: 'tabular',
        tables: {load: {pets: 'pets'}, save: {pets: 'pets'}},
      } as const;
      await withReference(handle, config, async (store, persister) => {
        store.setTables({pets: {fido: {sold: true, age: 1}, felix: {sold: false}}});
        await persister.save();
      });
      const store = createStore().setTablesSchema({
        pets: {sold: {type: 'boolean'}, age: {type: 'number'}},
      });
      const {persister, errors} = await openSession(handle, config, store as never);
      await persister.load();
      assertSame(
        store.getTables(),
        {pets: {fido: {sold: true, age: 1}, felix: {sold: false}}},
        'loaded',
      );
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
];

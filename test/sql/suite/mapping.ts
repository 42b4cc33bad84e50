/** How tables, rows and cells of a store are mapped to those of a database. */
import {assertSame} from '../../../src/testing/assertions.ts';
import {loadBy, openSession, tabular} from './session.ts';
import type {SharedTest} from './shared-tests.ts';
import type {SqlHandle} from './sql-client.ts';

const rowsOf = async (handle: SqlHandle, table: string, idColumn = '_id'): Promise<unknown[]> => {
  const rows = await handle.execute(`SELECT * FROM "${table}" ORDER BY "${idColumn}"`);
  return rows.map((row) => ({...row}));
};

/** A number as the database would be asked for it, whatever the client makes of whole numbers. */
const text = (value: unknown): string => JSON.stringify(value);

export const mapping: readonly SharedTest[] = [
  {
    name: 'keeps a store in one row, by default',
    mode: 'json',
    run: async (places) => {
      const handle = await places.connect('a');
      const {store, persister, errors} = await openSession(handle, {mode: 'json'});
      store.setTables({pets: {fido: {species: 'dog', sold: true}}}).setValues({open: true});
      await persister.save();
      assertSame(
        await rowsOf(handle, 'tinybase'),
        [{_id: '_', store: '[{"pets":{"fido":{"species":"dog","sold":true}}},{"open":true}]'}],
        'the table',
      );
      assertSame(errors, [], 'errors');
    },
  },
  {
    name: 'leaves other rows and columns of that table alone',
    mode: 'json',
    run: async (places) => {
      const handle = await places.connect('a');
      const config = {mode: 'json', storeTableName: 'my"t', storeIdColumnName: 'k'} as const;
      await handle.execute('CREATE TABLE "my""t" (k text PRIMARY KEY, store text, other text)');
      await handle.execute(`INSERT INTO "my""t" VALUES ('mine', 'x', 'y')`);
      const {store, persister} = await openSession(handle, config);
      store.setValue('open', true);
      await persister.save();
      assertSame(
        await rowsOf(handle, 'my""t', 'k'),
        [
          {k: '_', store: '[{},{"open":true}]', other: null},
          {k: 'mine', store: 'x', other: 'y'},
        ],
        'the table',
      );
      assertSame(await loadBy(handle, config), [{}, {open: true}], 'loaded');
    },
  },
  {
    name: 'puts the initial content where tables have no rows yet, also without values',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const config = {mode: 'tabular', tables: tables('pets')} as const;
      const {store, persister} = await openSession(handle, config);
      await persister.startAutoPersisting([{pets: {fido: {age: 4}}}, {}]);
      assertSame(store.getTables(), {pets: {fido: {age: 4}}}, 'in memory');
      await persister.destroy();
      assertSame(await loadBy(handle, config), [{pets: {fido: {age: 4}}}, {}], 'stored');
    },
  },
  {
    name: 'leaves tables and values of the store alone that are not mapped',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const config = {mode: 'tabular', tables: tables('pets')} as const;
      const {store, persister, commands} = await openSession(handle, config);
      store.setTables({pets: {fido: {age: 4}}, other: {r: {c: 1}}}).setValue('open', true);
      await persister.startAutoPersisting();
      await persister.load();
      assertSame(
        store.getContent(),
        [{other: {r: {c: 1}}, pets: {fido: {age: 4}}}, {open: true}],
        'in memory',
      );
      await persister.whenSaved();
      commands.length = 0;
      store.setCell('other', 'r', 'c', 2).setValue('open', false);
      assertSame(persister.getState().pending, 0, 'pending');
      await persister.whenSaved();
      assertSame(
        commands.filter((sql) => /INSERT|UPDATE|DELETE/.test(sql)),
        [],
        'commands',
      );
      await persister.destroy();
    },
  },
  {
    name: 'never touches rows that do not meet the condition',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE pets (_id text PRIMARY KEY, owner text, secret text)');
      await handle.execute(`INSERT INTO pets VALUES ('a', '"me"', NULL), ('b', '"you"', '"x"')`);
      const condition = `$tableName.owner='"me"'`;
      const config = {
        mode: 'tabular',
        tables: {
          load: {pets: {tableId: 'pets', condition}},
          save: {pets: {tableName: 'pets', deleteEmptyColumns: true, deleteEmptyTable: true}},
        },
      } as const;
      const {store, persister, errors} = await openSession(handle, config);
      await persister.startAutoPersisting();
      assertSame(store.getRowIds('pets'), ['a'], 'loaded');
      store.setCell('pets', 'b', 'owner', 'thief');
      await persister.whenSaved();
      assertSame(
        errors.map(({code, tableId, rowId}) => [code, tableId, rowId]),
        [['DENIED', 'pets', 'b']],
        'reported',
      );
      store.delTables();
      await persister.save();
      await persister.destroy();
      assertSame(
        await rowsOf(handle, 'pets'),
        [{_id: 'b', owner: '"you"', secret: '"x"'}],
        'in the table',
      );
    },
  },
  {
    // As many rows have the cell as can be written, and they are not the same.
    name: 'writes what rows lack beside one that it cannot write',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute('CREATE TABLE pets (_id text PRIMARY KEY, mine int, age int)');
      await handle.execute("INSERT INTO pets VALUES ('b', 0, 9)");
      const condition = '$tableName.mine=1';
      const config = {
        mode: 'tabular',
        tables: {load: {pets: {tableId: 'pets', condition}}, save: {pets: 'pets'}},
      } as const;
      const {store, persister, errors} = await openSession(handle, config);
      await persister.load();
      const [a, c] = [{mine: 1, age: 1}, {mine: 1}];
      store.setTable('pets', {a, b: {mine: 1, age: 2}, c});
      await persister.save();
      assertSame(
        errors.map(({code, rowId}) => [code, rowId]),
        [['DENIED', 'b']],
        'reported',
      );
      assertSame((await loadBy(handle, config))[0], {pets: {a, c}}, 'stored');
      await persister.destroy();
    },
  },
  {
    name: 'drops columns and tables that have become empty, if asked to',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const config = {
        mode: 'tabular',
        tables: {
          load: {pets: 'pets'},
          save: {pets: {tableName: 'pets', deleteEmptyColumns: true, deleteEmptyTable: true}},
        },
      } as const;
      const {store, persister, errors} = await openSession(handle, config);
      store.setTables({pets: {fido: {species: 'dog', age: 4}}});
      await persister.save();
      store.delCell('pets', 'fido', 'age');
      await persister.save();
      const [row] = await rowsOf(handle, 'pets');
      assertSame(Object.keys(row as object), ['_id', 'species'], 'columns');
      store.delTables();
      await persister.save();
      const gone = await rowsOf(handle, 'pets').catch(String);
      assertSame(typeof gone, 'string', `a table that is gone: ${text(gone)}`);
      assertSame(errors, [], 'errors');
    },
  },
  {
    name: 'writes nothing when auto-saving starts and nothing has changed',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const first = await openSession(handle, tabular('pets'));
      first.store.setTables({pets: {fido: {species: 'dog', age: 4}}}).setValue('open', true);
      await first.persister.save();
      await first.persister.destroy();
      const {persister, commands} = await openSession(handle, tabular('pets'));
      await persister.startAutoPersisting();
      await persister.whenSaved();
      // What it takes to hear of others' writes is set up beside the tables.
      assertSame(
        commands.filter((sql) => /INSERT|UPDATE|DELETE|CREATE/.test(sql) && !/cellar_/.test(sql)),
        [],
        'commands',
      );
      await persister.destroy();
    },
  },
];

function tables(tableId: string): {load: Record<string, string>; save: Record<string, string>} {
  return {load: {[tableId]: tableId}, save: {[tableId]: tableId}};
}

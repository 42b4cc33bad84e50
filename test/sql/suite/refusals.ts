/** Rows that a database refuses: all others are saved, and these stay unsaved, and are told of once. */
import {assertRejects, assertSame} from '../../../src/testing/assertions.ts';
import {until} from '../../../src/testing/waiting.ts';
import {loadBy, openSession, tabular, type Session} from './session.ts';
import type {SharedTest} from './shared-test.ts';
import type {SqlHandle} from './sql-client.ts';

/** The name of a test that clients fail which cannot go on in a transaction after an error. */
export const ALL_ROWS_BUT_REFUSED = 'saves all rows but those that the database refuses';

const PATIENCE = {patienceMs: 20_000};

const CREATE =
  'CREATE TABLE pets (_id text PRIMARY KEY, name text NOT NULL UNIQUE, age int CHECK (age < 100), owner text)';

const config = tabular('pets');

const start = async (handle: SqlHandle): Promise<Session> => {
  await handle.execute(CREATE);
  const session = await openSession(handle, config);
  await session.persister.startAutoPersisting();
  return session;
};

const codesOf = ({errors}: Session): unknown[] =>
  errors.map(({code, tableId, rowId}) => [code, tableId, rowId]);

const storedIds = async (handle: SqlHandle): Promise<unknown[]> => {
  const rows = await handle.execute('SELECT _id FROM pets ORDER BY _id');
  return rows.map(({_id}) => _id);
};

const errorsCome = ({errors}: Session, count: number): Promise<void> =>
  until(() => errors.length >= count, `${String(count)} errors`, PATIENCE);

/** @param deferred When references are checked; default: at once. */
const keepsReferences = (name: string, deferred = ''): SharedTest => ({
  name,
  mode: 'tabular',
  run: async (places, client) => {
    const handle = await places.connect('a');
    if (client.engine === 'SQLite') await handle.execute('PRAGMA foreign_keys=ON');
    await handle.execute('CREATE TABLE owners (_id text PRIMARY KEY, name text)');
    await handle.execute(
      `CREATE TABLE pets (_id text PRIMARY KEY, name text, owner text REFERENCES owners ${deferred})`,
    );
    const both = tabular('pets', 'owners');
    const session = await openSession(handle, both);
    const {store, persister} = session;
    await persister.startAutoPersisting();
    // Cells are JSON text in PostgreSQL, and ids are not.
    const owner = client.engine === 'SQLite' ? 'ann' : '"ann"';
    store.transaction(() => {
      store.setTable('pets', {fido: {owner: 'ann'}, stray: {owner: 'nobody'}});
      store.setTable('owners', {[owner]: {name: 'Ann'}});
    });
    await errorsCome(session, 1);
    assertSame(codesOf(session), [['DENIED', 'pets', 'stray']], 'reported');
    assertSame(
      (await loadBy(handle, both))[0],
      {pets: {fido: {owner: 'ann'}}, owners: {[owner]: {name: 'Ann'}}},
      'stored',
    );
    store.delRow('pets', 'stray').delTable('owners');
    await errorsCome(session, 2);
    assertSame(codesOf(session)[1], ['DENIED', 'owners', owner], 'reported');
    store.delTable('pets');
    await persister.retry();
    await persister.whenSaved();
    assertSame((await loadBy(handle, both))[0], {}, 'stored');
    await persister.destroy();
  },
});

export const refusals: readonly SharedTest[] = [
  {
    name: ALL_ROWS_BUT_REFUSED,
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const session = await start(handle);
      const {store, persister} = session;
      store.transaction(() => {
        for (let index = 0; index < 50; index++) {
          store.setRow('pets', `row${String(index)}`, {name: `name${String(index)}`, age: index});
        }
        store.setRow('pets', 'nameless', {age: 1});
        store.setRow('pets', 'old', {name: 'old', age: 100});
        store.setRow('pets', 'twin', {name: 'name7'});
      });
      const refusal = await assertRejects(persister.whenSaved(), 'what is refused');
      assertSame((refusal as {code?: string}).code, 'DENIED', 'code');
      const refused = ['nameless', 'old', 'twin'];
      assertSame(
        codesOf(session).sort(),
        refused.map((rowId) => ['DENIED', 'pets', rowId]),
        'reported',
      );
      const {pending, blocked, lastError} = persister.getState();
      assertSame([pending, blocked, lastError?.code], [4, true, 'DENIED'], 'state');
      assertSame((await storedIds(handle)).length, 50, 'rows that are stored');
      // They hold up nothing else, and are not told of again.
      store.setRow('pets', 'late', {name: 'late'});
      await until(() => persister.getState().pending === 4, 'that the late row is saved', PATIENCE);
      assertSame((await storedIds(handle)).includes('late'), true, 'the late row is stored');
      await persister.retry();
      assertSame(session.errors.length, 3, 'errors');
      // Each is saved as soon as it can be.
      store.setCell('pets', 'nameless', 'name', 'now');
      await until(() => persister.getState().pending === 3, 'that it is saved', PATIENCE);
      store.delRow('pets', 'old').setCell('pets', 'twin', 'name', 'single');
      await persister.whenSaved();
      const {pending: left, blocked: stays, lastError: none} = persister.getState();
      assertSame([left, stays, none], [0, false, undefined], 'state');
      assertSame(await loadBy(handle, config), store.getContent(), 'stored');
      assertSame(session.errors.length, 3, 'errors');
      await persister.destroy();
    },
  },
  {
    name: 'leaves what a row was when its change is refused, and saves the next one',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const session = await start(handle);
      const {store, persister} = session;
      store.setTable('pets', {a: {name: 'a', age: 1}, b: {name: 'b', age: 2}});
      await persister.whenSaved();
      store.transaction(() => {
        store.setPartialRow('pets', 'a', {age: 1_000, owner: 'me'}).setCell('pets', 'b', 'age', 3);
      });
      await errorsCome(session, 1);
      assertSame(codesOf(session), [['DENIED', 'pets', 'a']], 'reported');
      assertSame(
        (await loadBy(handle, config))[0],
        {pets: {a: {name: 'a', age: 1}, b: {name: 'b', age: 3}}},
        'stored',
      );
      assertSame(store.getCell('pets', 'a', 'age'), 1_000, 'in memory');
      // What others write does not get over it.
      await handle.execute(`UPDATE pets SET owner='you'`);
      await until(() => store.getCell('pets', 'b', 'owner') === 'you', 'their change', PATIENCE);
      assertSame(store.getRow('pets', 'a'), {name: 'a', age: 1_000, owner: 'me'}, 'in memory');
      store.setCell('pets', 'a', 'age', 5);
      await persister.whenSaved();
      assertSame(
        (await loadBy(handle, config))[0]['pets']?.['a'],
        {name: 'a', age: 5, owner: 'me'},
        'stored',
      );
      await persister.destroy();
    },
  },
  {
    name: 'says of a whole save which rows are missing',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute(CREATE);
      await handle.execute(`INSERT INTO pets(_id,name) VALUES('gone','"x"')`);
      const {store, persister} = await openSession(handle, config, undefined, {strict: true});
      store.setTable('pets', {a: {name: 'a'}, b: {age: 1}}).setValue('open', true);
      const error = (await assertRejects(persister.save(), 'the save')) as {rowId?: string};
      assertSame(error.rowId, 'b', 'the row');
      assertSame(await loadBy(handle, config), [{pets: {a: {name: 'a'}}}, {open: true}], 'stored');
      await persister.destroy();
    },
  },
  keepsReferences('keeps rows that others refer to, and saves those that come in the wrong order'),
  keepsReferences(
    'does so, too, where references are checked at the end of a transaction',
    'DEFERRABLE INITIALLY DEFERRED',
  ),
  {
    name: 'saves rows that refer to each other beside others that are refused',
    mode: 'tabular',
    run: async (places, client) => {
      const handle = await places.connect('a');
      if (client.engine === 'SQLite') await handle.execute('PRAGMA foreign_keys=ON');
      await handle.execute(
        `CREATE TABLE pets (_id text PRIMARY KEY, age int CHECK (age < 100),
          friend text REFERENCES pets DEFERRABLE INITIALLY DEFERRED)`,
      );
      const session = await openSession(handle, config);
      const {store, persister} = session;
      await persister.startAutoPersisting();
      const friends = {a: {friend: 'b'}, b: {friend: 'a'}};
      store.setTable('pets', {...friends, old: {age: 100}});
      await errorsCome(session, 1);
      assertSame(codesOf(session), [['DENIED', 'pets', 'old']], 'reported');
      assertSame((await loadBy(handle, config))[0], {pets: friends}, 'stored');
      // Of both kinds: one is refused at once, the other at the end.
      store.setRow('pets', 'c', {age: 1}).setRow('pets', 'lonely', {friend: 'nobody'});
      await errorsCome(session, 2);
      assertSame(codesOf(session)[1], ['DENIED', 'pets', 'lonely'], 'reported');
      const {pending, blocked, lastError} = persister.getState();
      assertSame([pending, blocked, lastError?.code], [2, true, 'DENIED'], 'state');
      await persister.retry();
      const stored = {pets: {...friends, c: {age: 1}}};
      assertSame((await loadBy(handle, config))[0], stored, 'stored');
      assertSame(session.errors.length, 2, 'errors');
      store.setCell('pets', 'old', 'age', 99).setCell('pets', 'lonely', 'friend', 'a');
      await persister.whenSaved();
      assertSame(await loadBy(handle, config), store.getContent(), 'stored');
      await persister.destroy();
    },
  },
  {
    name: 'says that a table refuses rows, rather than which, if there are too many',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const session = await start(handle);
      const {store, persister} = session;
      const rows = Array.from({length: 300}, (_row, index) => [`r${String(index)}`, {age: index}]);
      store.setTable('pets', Object.fromEntries([...rows, ['fine', {name: 'fine'}]]) as never);
      await errorsCome(session, 1);
      assertSame(codesOf(session), [['DENIED', undefined, undefined]], 'reported');
      const {pending, blocked} = persister.getState();
      assertSame([pending, blocked], [301, true], 'state');
      assertSame(await storedIds(handle), [], 'stored');
      store.delTable('pets').setRow('pets', 'fine', {name: 'fine'});
      await persister.retry();
      await persister.whenSaved();
      assertSame(await storedIds(handle), ['fine'], 'stored');
      await persister.destroy();
    },
  },
  {
    name: 'saves all values but those that the database refuses',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      await handle.execute(
        'CREATE TABLE tinybase_values (_id text PRIMARY KEY, open text, age int CHECK (age < 100))',
      );
      await handle.execute(`INSERT INTO tinybase_values VALUES('_','no',1)`);
      const session = await openSession(handle, config);
      const {store, persister, errors} = session;
      await persister.startAutoPersisting();
      store.setValues({open: 'yes', age: 100});
      await errorsCome(session, 1);
      assertSame(
        errors.map(({code, valueId}) => [code, valueId]),
        [['DENIED', 'age']],
        'reported',
      );
      assertSame((await loadBy(handle, config))[1], {open: 'yes', age: 1}, 'stored');
      store.setValue('age', 5);
      await persister.whenSaved();
      assertSame((await loadBy(handle, config))[1], {open: 'yes', age: 5}, 'stored');
      await persister.destroy();
    },
  },
];

/** What apps lose elsewhere when they keep a store in a database. */
import {createStore} from '../../../src/store/index.ts';
import {assertSame} from '../../../src/testing/assertions.ts';
import {turn, until} from '../../../src/testing/waiting.ts';
import {loadBy, openSession, tabular} from './session.ts';
import {inBothModes, type SharedTest} from './shared-test.ts';
import type {SqlHandle} from './sql-client.ts';

const PATIENCE = {patienceMs: 20_000};

const numbered = (prefix: string, count: number): string[] =>
  Array.from({length: count}, (_row, index) => `${prefix}${String(index)}`);

/** The name of a trigger that refuses writes of a kind. */
const triggerOn = (event: string): string => `refuse_${event.toLowerCase()}`;

const refuse = async (handle: SqlHandle, engine: string, event: string, tableName: string) => {
  const name = triggerOn(event);
  const message = 'constraint failed: closed';
  if (engine === 'SQLite') {
    await handle.execute(
      `CREATE TRIGGER ${name} BEFORE ${event} ON ${tableName} BEGIN SELECT RAISE(ABORT, '${message}'); END`,
    );
    return;
  }
  await handle.execute(
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE '${message}'; END$$`,
  );
  await handle.execute(
    `CREATE TRIGGER ${name} BEFORE ${event} ON ${tableName} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  );
};

const isWrite = (sql: string): boolean => /^(INSERT|UPDATE|DELETE)/.test(sql);

export const acceptance: readonly SharedTest[] = [
  ...inBothModes('loses no edit made while others write', async (places, config) => {
    const [mine, theirs] = [await places.connect('a'), await places.connect('a')];
    const one = await openSession(mine, config);
    const other = await openSession(theirs, config);
    await one.persister.startAutoPersisting();
    await other.persister.startAutoPersisting();
    const [oneIds, otherIds] = [numbered('one', 150), numbered('other', 150)];
    for (const [index, oneId] of oneIds.entries()) {
      one.store.setRow('pets', oneId, {index});
      other.store.setRow('pets', otherIds[index] ?? '', {index});
      await turn();
    }
    await Promise.all([one.persister.whenSaved(), other.persister.whenSaved()]);
    const all = [...oneIds, ...otherIds].sort();
    for (const {store} of [one, other]) {
      await until(() => store.getRowIds('pets').length === all.length, 'all rows', PATIENCE);
      assertSame(store.getRowIds('pets').sort(), all, 'in memory');
    }
    await one.persister.destroy();
    await other.persister.destroy();
    const [tables] = await loadBy(mine, config);
    assertSame(Object.keys(tables['pets'] ?? {}).sort(), all, 'stored');
    assertSame([...one.errors, ...other.errors], [], 'errors');
  }),
  {
    name: 'leaves what is no JSON as it is, and says so',
    mode: 'json',
    run: async (places) => {
      const handle = await places.connect('a');
      const torn = '[{"pets":{"fido":{"age":4';
      await handle.execute('CREATE TABLE tinybase(_id text PRIMARY KEY, store text)');
      await handle.execute(`INSERT INTO tinybase VALUES('_','${torn}')`);
      const {store, persister, errors} = await openSession(handle, {mode: 'json'});
      await persister.startAutoPersisting([{pets: {initial: {age: 1}}}, {}]);
      store.setRow('pets', 'rex', {age: 1});
      await until(() => persister.getState().load === 'failed', 'a failed attempt', PATIENCE);
      const {pending, blocked} = persister.getState();
      assertSame([pending, blocked], [1, true], 'state');
      await persister.destroy();
      assertSame(errors[0]?.code, 'UNREADABLE', 'error');
      const rows = await handle.execute('SELECT _id, store FROM tinybase');
      assertSame(rows, [{_id: '_', store: torn}], 'stored');
    },
  },
  ...inBothModes(
    'says that a table refuses what is written, and writes it when told to',
    async (places, config, {engine}) => {
      const handle = await places.connect('a');
      const {store, persister, errors} = await openSession(handle, config);
      await persister.startAutoPersisting([{pets: {fido: {age: 1}}}, {}]);
      await persister.whenSaved();
      const tableName = config.mode === 'json' ? 'tinybase' : 'pets';
      for (const event of ['INSERT', 'UPDATE']) await refuse(handle, engine, event, tableName);
      store.setCell('pets', 'fido', 'age', 2);
      await until(() => errors.length > 0, 'an error', PATIENCE);
      store.setRow('pets', 'felix', {age: 3});
      const refusal = await persister.whenSaved().then(() => 'saved', String);
      assertSame(refusal.includes('closed'), true, `whenSaved() tells why: ${refusal}`);
      const {pending, blocked, lastError} = persister.getState();
      assertSame([pending, blocked, lastError?.code], [2, true, 'DENIED'], 'state');
      for (const event of ['INSERT', 'UPDATE']) {
        const where = engine === 'SQLite' ? '' : ` ON ${tableName}`;
        await handle.execute(`DROP TRIGGER ${triggerOn(event)}${where}`);
      }
      await persister.retry();
      await persister.whenSaved();
      assertSame(
        (await loadBy(handle, config))[0],
        {pets: {fido: {age: 2}, felix: {age: 3}}},
        'stored',
      );
      await persister.destroy();
    },
  ),
  {
    name: 'keeps more rows than a statement can have parameters',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const {store, persister, errors} = await openSession(handle, tabular('pets'));
      store.transaction(() => {
        for (const id of numbered('row', 20_000)) {
          store.setRow('pets', id, {a: id, b: 1, c: 2.5, d: true, e: id});
        }
      });
      await persister.save();
      assertSame(errors, [], 'errors');
      const [tables] = await loadBy(handle, tabular('pets'));
      assertSame(tables, store.getTables(), 'stored');
      store.delTables().setRow('pets', 'row7', {a: 'left'});
      await persister.save();
      const [left] = await loadBy(handle, tabular('pets'));
      assertSame(left, {pets: {row7: {a: 'left'}}}, 'after all others have been deleted');
    },
  },
  ...inBothModes('saves with destroy() what was changed just before', async (places, config) => {
    const handle = await places.connect('a');
    const {store, persister} = await openSession(handle, config);
    await persister.startAutoPersisting();
    for (const id of numbered('row', 10)) store.setRow('pets', id, {id});
    await persister.destroy();
    assertSame(await loadBy(handle, config), store.getContent(), 'stored');
  }),
  ...inBothModes(
    'goes on when another one with the same configuration stops',
    async (places, config) => {
      const handle = await places.connect('a');
      // On one connection, and on two.
      for (const other of [handle, await places.connect('a')]) {
        const one = await openSession(handle, config);
        const two = await openSession(other, config);
        const writer = await openSession(other, config);
        for (const {persister} of [one, two, writer]) await persister.startAutoPersisting();
        writer.store.setCell('pets', 'fido', 'age', 1);
        for (const {store} of [one, two]) {
          await until(
            () => store.getCell('pets', 'fido', 'age') === 1,
            'the first write',
            PATIENCE,
          );
        }
        await two.persister.destroy();
        writer.store.setCell('pets', 'fido', 'age', 2);
        await until(() => one.store.getCell('pets', 'fido', 'age') === 2, 'the next one', PATIENCE);
        assertSame(two.store.getCell('pets', 'fido', 'age'), 1, 'where nobody listens');
        one.store.setCell('pets', 'fido', 'age', 3);
        await until(
          () => writer.store.getCell('pets', 'fido', 'age') === 3,
          'the answer',
          PATIENCE,
        );
        await one.persister.destroy();
        await writer.persister.destroy();
        assertSame([...one.errors, ...two.errors, ...writer.errors], [], 'errors');
      }
    },
  ),
  ...inBothModes('writes once what many transactions change', async (places, config) => {
    const handle = await places.connect('a');
    const {store, persister, commands} = await openSession(handle, config, createStore());
    await persister.startAutoSave();
    await persister.whenSaved();
    const {saves} = persister.getStats();
    commands.length = 0;
    for (const id of numbered('row', 100)) store.setRow('pets', id, {id});
    await persister.whenSaved();
    const commits = commands.filter((sql) => /^COMMIT/.test(sql));
    assertSame(commits.length <= 2, true, `${String(commits.length)} transactions, at most 2`);
    assertSame(commands.filter(isWrite).length <= 20, true, `${String(commands.length)} commands`);
    assertSame(persister.getStats().saves - saves, 100, 'saves asked for');
    assertSame(await loadBy(handle, config), store.getContent(), 'stored');
    await persister.destroy();
  }),
];

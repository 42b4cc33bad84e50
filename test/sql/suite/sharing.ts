/** One database, several users: what others write is heard, their transactions are left alone. */
import {assertSame} from '../../../src/testing/assertions.ts';
import {createStore} from '../../../src/store/index.ts';
import {turn, until} from '../../../src/testing/waiting.ts';
import {beginOn, loadBy, openSession, type Session, tabular} from './session.ts';
import {inBothModes, type SharedTest} from './shared-test.ts';
import type {SqlHandle} from './sql-client.ts';

const PATIENCE = {patienceMs: 20_000};

const isOfWatch = (sql: string): boolean => /(data|schema)_version/.test(sql);

/** Lets the persister look for what others have written, and act on what it finds. */
const looks = async ({commands}: Session, count: number): Promise<void> => {
  const before = commands.filter(isOfWatch).length;
  await until(
    () => commands.filter(isOfWatch).length >= before + count,
    'that it looks for the writes of others',
    PATIENCE,
  );
  for (let index = 0; index < 20; index++) await turn();
};

const writeAge = (handle: SqlHandle, mode: string, age: number): Promise<unknown> =>
  handle.execute(
    mode === 'json'
      ? `UPDATE tinybase SET store='[{"pets":{"fido":{"age":${String(age)}}}},{}]'`
      : `UPDATE pets SET age=${String(age)}`,
  );

/** The commands but those which look for writes, or try to begin. */
const work = ({commands}: Session): string[] =>
  commands.filter((sql) => !isOfWatch(sql) && !sql.startsWith('BEGIN'));

const FIRST = [{pets: {fido: {age: 1}}}, {}] as const;

export const sharing: readonly SharedTest[] = [
  ...inBothModes(
    'hears what others write, on its connection and on another',
    async (places, config) => {
      const handle = await places.connect('a');
      const session = await openSession(handle, config);
      const {store, persister, errors} = session;
      await persister.startAutoPersisting([...FIRST]);
      await persister.whenSaved();
      for (const [index, writer] of [handle, await places.connect('a')].entries()) {
        const age = index + 2;
        await writeAge(writer, config.mode, age);
        await until(
          () => store.getCell('pets', 'fido', 'age') === age,
          'what they wrote',
          PATIENCE,
        );
      }
      store.setCell('pets', 'fido', 'sold', true);
      await persister.whenSaved();
      assertSame(
        await loadBy(handle, config),
        [{pets: {fido: {age: 3, sold: true}}}, {}],
        'stored',
      );
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  ),
  ...inBothModes('reads nothing because of its own writes', async (places, config) => {
    const handle = await places.connect('a');
    const session = await openSession(handle, config);
    const {store, persister, commands} = session;
    await persister.startAutoPersisting([...FIRST]);
    await persister.whenSaved();
    await looks(session, 5);
    const {loads} = persister.getStats();
    commands.length = 0;
    for (let age = 2; age < 12; age++) {
      store.setCell('pets', 'fido', 'age', age);
      await persister.whenSaved();
      await looks(session, 2);
    }
    assertSame(
      commands.filter((sql) => /SELECT.*"(pets|tinybase)"/.test(sql)),
      [],
      'commands that read',
    );
    assertSame(persister.getStats().loads, loads, 'loads');
    await persister.destroy();
  }),
  ...(['COMMIT', 'ROLLBACK'] as const).flatMap((end) =>
    inBothModes(
      `waits for the app's own transaction on the connection to end: ${end}`,
      async (places, config) => {
        const handle = await places.connect('a');
        await handle.execute('CREATE TABLE notes(n)');
        const session = await openSession(handle, config);
        const {store, persister, commands, errors} = session;
        await persister.startAutoPersisting([...FIRST]);
        await persister.whenSaved();
        await persister.stopAutoLoad();
        commands.length = 0;
        const own = await beginOn(handle);
        await own.execute('INSERT INTO notes VALUES (1)');
        store.setCell('pets', 'fido', 'age', 2);
        const saved = persister.whenSaved();
        // Not for long, or we would lose patience: turns take their time in browsers.
        for (let index = 0; index < 5; index++) await turn();
        assertSame(work(session), [], 'commands while it is open');
        assertSame(persister.getState().pending, 1, 'pending');
        await own.execute('INSERT INTO notes VALUES (2)');
        await own.end(end);
        await saved;
        assertSame(errors, [], 'errors');
        const [count] = await handle.execute('SELECT count(*) n FROM notes');
        assertSame(Number(count?.['n']), end === 'COMMIT' ? 2 : 0, "the app's rows");
        assertSame((await loadBy(handle, config))[0], {pets: {fido: {age: 2}}}, 'stored');
        await persister.destroy();
      },
    ),
  ),
  {
    name: 'saves within a transaction of the app that does not end',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const config = tabular('pets');
      const {store, persister, errors} = await openSession(handle, config);
      await persister.startAutoPersisting([...FIRST]);
      await persister.whenSaved();
      const own = await beginOn(handle);
      store.setCell('pets', 'fido', 'age', 2);
      await persister.whenSaved();
      await own.end('COMMIT');
      assertSame((await loadBy(handle, config))[0], {pets: {fido: {age: 2}}}, 'stored');
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
  {
    name: 'saves within a transaction of the app, and again if that ends meanwhile',
    mode: 'json',
    run: async (places) => {
      const handle = await places.connect('a');
      let onCommand = (): void => undefined;
      const session = await openSession(handle, {mode: 'json'}, createStore(), {}, () =>
        onCommand(),
      );
      const {store, persister, commands, errors} = session;
      await persister.startAutoPersisting([...FIRST]);
      await persister.whenSaved();
      const own = await beginOn(handle);
      let ended: Promise<unknown> | undefined;
      onCommand = () => {
        if (commands.at(-2) === 'SAVEPOINT cellar') ended ??= own.end('COMMIT');
      };
      store.setCell('pets', 'fido', 'age', 2);
      await persister.whenSaved();
      assertSame(ended !== undefined, true, 'whether it has ended');
      await ended;
      assertSame((await loadBy(handle, {mode: 'json'}))[0], {pets: {fido: {age: 2}}}, 'stored');
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
];

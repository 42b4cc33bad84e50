/** How clients hear of what is written on the connection that they share with the app, and of nothing else. */
import {createStore, type Store} from '../../../src/store/index.ts';
import type {TestRunner} from '../../../src/testing/index.ts';
import {assertSame} from '../../../src/testing/assertions.ts';
import {until} from '../../../src/testing/waiting.ts';
import {openSession, type Session, tabular} from './session.ts';
import type {SqlClient, SqlHandle} from './sql-client.ts';

/** So seldom that nothing comes of looking for it. */
const autoLoadIntervalSeconds = 600;

const CONFIGS = {
  json: {mode: 'json', autoLoadIntervalSeconds},
  tabular: {...tabular('pets'), autoLoadIntervalSeconds},
} as const;

type Mode = keyof typeof CONFIGS;

/** Writes an age past the library, as another part of the app would. */
const ageIs = (handle: SqlHandle, mode: Mode, age: number): Promise<unknown> =>
  mode === 'json'
    ? handle.execute('UPDATE tinybase SET store=?', [JSON.stringify([{pets: {fido: {age}}}, {}])])
    : handle.execute('UPDATE pets SET age=? WHERE _id=?', [age, 'fido']);

const comes = ({store}: Session, age: number): Promise<void> =>
  until(() => store.getCell('pets', 'fido', 'age') === age, `age ${String(age)}`, {
    patienceMs: 20_000,
  });

const startOn = async (handle: SqlHandle, mode: Mode, store: Store): Promise<Session> => {
  const session = await openSession(handle, CONFIGS[mode], store);
  await session.persister.startAutoPersisting();
  await session.persister.whenSaved();
  return session;
};

const newStore = (): Store => createStore().setTables({pets: {fido: {age: 1}}});

const describeMode = (
  {describe, it}: TestRunner,
  client: SqlClient,
  mode: Mode,
  withHandle: (run: (handle: SqlHandle) => Promise<void>) => () => Promise<void>,
): void => {
  describe(`hearing: ${client.name}, ${mode}`, () => {
    it(
      'loads at once what the app writes on its connection',
      withHandle(async (handle) => {
        const session = await startOn(handle, mode, newStore());
        for (const age of [2, 3]) {
          await ageIs(handle, mode, age);
          await comes(session, age);
        }
        assertSame(session.errors, [], 'errors');
        await session.persister.destroy();
      }),
    );

    it(
      'has each of several persisters on one connection hear, also when another has stopped',
      withHandle(async (handle) => {
        const one = await startOn(handle, mode, newStore());
        const other = await startOn(handle, mode, createStore());
        await ageIs(handle, mode, 2);
        await comes(one, 2);
        await comes(other, 2);
        await other.persister.destroy();
        await ageIs(handle, mode, 3);
        await comes(one, 3);
        await one.persister.stopAutoLoad();
        await one.persister.startAutoLoad();
        await ageIs(handle, mode, 4);
        await comes(one, 4);
        await one.persister.destroy();
        assertSame([...one.errors, ...other.errors], [], 'errors');
      }),
    );

    it(
      'loads nothing because of what it has written itself',
      withHandle(async (handle) => {
        const session = await startOn(handle, mode, newStore());
        const {store, persister} = session;
        const {loads} = persister.getStats();
        for (const age of [2, 3, 4]) {
          store.setCell('pets', 'fido', 'age', age);
          await persister.whenSaved();
        }
        // Whatever its own writes have caused comes before what this does.
        await ageIs(handle, mode, 5);
        await comes(session, 5);
        assertSame(persister.getStats().loads, loads + 1, 'loads');
        await persister.destroy();
      }),
    );
  });
};

/** Defines the tests of a client that hears at once of what is written on its connection. */
export const describeHearing = (runner: TestRunner, client: SqlClient): void => {
  const withHandle = (run: (handle: SqlHandle) => Promise<void>) => async (): Promise<void> => {
    const places = await client.setUp();
    try {
      await run(await places.connect('a'));
    } finally {
      await places.cleanUp();
    }
  };
  for (const mode of client.modes) describeMode(runner, client, mode, withHandle);
};

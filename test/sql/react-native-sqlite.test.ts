import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {reactNativeSqlite} from './clients/react-native-sqlite.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';
import {loadBy, openSession, tabular} from './suite/session.ts';

const runner = {describe, it, beforeEach, afterEach};
describeSqlClient(runner, reactNativeSqlite(true));
describeSqlClient(runner, reactNativeSqlite(false));

it('leaves no transaction open that the database has refused to commit', async () => {
  const places = await reactNativeSqlite(false).setUp();
  const handle = await places.connect('a');
  await handle.execute('PRAGMA foreign_keys=ON');
  await handle.execute(
    'CREATE TABLE pets (_id text PRIMARY KEY, friend text REFERENCES pets DEFERRABLE INITIALLY DEFERRED)',
  );
  const config = tabular('pets');
  const {store, persister, errors} = await openSession(handle, config);
  await persister.startAutoPersisting();
  store.setRow('pets', 'fido', {friend: 'nobody'});
  await expect(persister.whenSaved()).rejects.toMatchObject({code: 'DENIED'});
  await handle.execute('BEGIN'); // which fails within another transaction
  await handle.execute('ROLLBACK');
  store.setCell('pets', 'fido', 'friend', 'fido');
  await persister.whenSaved();
  expect(await loadBy(handle, config)).toEqual([{pets: {fido: {friend: 'fido'}}}, {}]);
  expect(errors.map(({code}) => code)).toEqual(['DENIED']);
  await persister.destroy();
  await places.cleanUp();
});

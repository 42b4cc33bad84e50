/** What goes wrong with files of SQLite, for clients that open files: nothing is lost, and the state says so. */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {PersisterError} from '../../../src/errors.ts';
import type {DatabasePersisterConfig} from '../../../src/persisters/sql/config.ts';
import {assertCode, assertRejects, assertSame} from '../../../src/testing/assertions.ts';
import {defineTest, type TestRunner} from '../../../src/testing/test-runner.ts';
import {until} from '../../../src/testing/waiting.ts';
import type {FileClient} from '../clients/quick-files.ts';
import type {OpenedHandle} from '../clients/temporary-files.ts';
import {loadBy, openSession, type Session, tabular} from './session.ts';

const PATIENCE = {patienceMs: 20_000};
const worker = fileURLToPath(new URL('../faults/locking-worker.mjs', import.meta.url));

const whyNoTmpfs =
  process.platform === 'linux' && process.getuid?.() === 0
    ? undefined
    : 'only root may mount, and tmpfs is of Linux';

/** Has another process lock a database. @returns What makes it let go. */
const lock = async (client: string, path: string, begin: string): Promise<() => Promise<void>> => {
  const child: ChildProcess = spawn(process.execPath, [worker, client, path, begin], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const {stdin, stdout} = child;
  if (!stdin || !stdout) throw new TypeError('The worker has no pipes');
  const [line] = (await Promise.race([once(stdout, 'data'), closed])) as unknown[];
  assertSame(String(line), 'locked\n', 'the other process says');
  return async () => {
    stdin.end();
    assertSame((await closed) as unknown[], [0, null], 'the other process ends with');
  };
};

const errorsOf = ({errors}: Session, count: number): Promise<void> =>
  until(() => errors.length >= count, `${String(count)} errors`, PATIENCE);

const assertCodes = ({errors}: Session, code: string): void =>
  assertSame([...new Set(errors.map((error) => error.code))], [code], 'codes of the errors');

/** @param journalMode Of SQLite: whether readers can be locked out depends on it. */
const defineFaults = (
  runner: TestRunner,
  {name: client, openFile}: FileClient,
  config: DatabasePersisterConfig,
  journalMode: string,
): void => {
  let folder = '';
  let path = '';
  const handles: OpenedHandle[] = [];

  runner.beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cellar-faults-'));
    path = join(folder, 'data.db');
    return Promise.resolve();
  });
  runner.afterEach(async () => {
    for (const handle of handles.splice(0)) await handle.close();
    rmSync(folder, {recursive: true, force: true});
  });

  const connect = async (): Promise<OpenedHandle> => {
    const handle = await openFile(path);
    handles.push(handle);
    // Clients that answer at once do nothing else while they wait for a lock.
    await handle.execute('PRAGMA busy_timeout=10');
    await handle.execute(`PRAGMA journal_mode=${journalMode}`);
    return handle;
  };
  const retry = {maxDelayMs: 20};

  runner.it('waits for a lock that another process holds, and saves then', async () => {
    const handle = await connect();
    const session = await openSession(handle, config, undefined, {retry});
    const {store, persister} = session;
    await persister.startAutoPersisting([{pets: {fido: {age: 1}}}, {}]);
    await persister.whenSaved();
    const unlock = await lock(client, path, 'BEGIN IMMEDIATE');
    store.setCell('pets', 'fido', 'age', 2);
    await errorsOf(session, 3);
    store.setRow('pets', 'felix', {age: 3});
    await errorsOf(session, 6);
    assertCodes(session, 'UNAVAILABLE');
    const {load, pending, lastError, blocked} = persister.getState();
    assertSame(
      [load, pending, lastError?.retriable, blocked],
      ['empty', 2, true, false],
      'state while it is locked',
    );
    const saved = persister.whenSaved();
    await unlock();
    await saved;
    const {pending: left, lastError: past} = persister.getState();
    assertSame([left, past], [0, undefined], 'state afterwards');
    assertSame(await loadBy(handle, config), store.getContent(), 'stored');
    await persister.destroy();
  });

  defineTest(
    runner,
    'overwrites nothing that was locked when it started',
    journalMode === 'WAL' ? 'nobody can lock readers out of a write-ahead log' : undefined,
    async () => {
      const handle = await connect();
      const before = await openSession(handle, config);
      before.store.setTables({pets: {rex: {age: 9}}});
      await before.persister.save();
      await before.persister.destroy();
      const unlock = await lock(client, path, 'BEGIN EXCLUSIVE');
      const session = await openSession(handle, config, undefined, {retry});
      const {store, persister} = session;
      await persister.startAutoPersisting([{pets: {initial: {age: 0}}}, {}]);
      store.setRow('pets', 'felix', {age: 3});
      await errorsOf(session, 3);
      assertCodes(session, 'UNAVAILABLE');
      const {load, lastError, blocked} = persister.getState();
      assertSame(
        [load === 'loading' || load === 'failed', lastError?.retriable, blocked],
        [true, true, true],
        'state while it is locked',
      );
      await unlock();
      await persister.whenLoaded();
      await persister.whenSaved();
      assertSame(
        await loadBy(handle, config),
        [{pets: {rex: {age: 9}, felix: {age: 3}}}, {}],
        'stored',
      );
      await persister.destroy();
    },
  );

  defineTest(runner, 'saves when there is room again on a full disk', whyNoTmpfs, async () => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    try {
      path = join(disk, 'data.db');
      const handle = await connect();
      const session = await openSession(handle, config, undefined, {retry});
      const {store, persister} = session;
      await persister.startAutoPersisting([{pets: {fido: {age: 1}}}, {}]);
      await persister.whenSaved();
      const filler = join(disk, 'filler');
      const length = 1 << 20;
      try {
        writeFileSync(filler, Buffer.alloc(length));
      } catch (error) {
        assertCode(error, 'ENOSPC', 'filling the disk');
      }
      const note = 'x'.repeat(60_000);
      store.setRow('pets', 'felix', {note});
      await errorsOf(session, 3);
      assertCodes(session, 'QUOTA');
      const {pending, lastError} = persister.getState();
      assertSame([pending, lastError?.code], [1, 'QUOTA'], 'state while it is full');
      assertSame(await loadBy(handle, config), [{pets: {fido: {age: 1}}}, {}], 'still stored');
      rmSync(filler);
      await persister.whenSaved();
      assertSame(await loadBy(handle, config), store.getContent(), 'stored');
      await persister.destroy();
      const [check] = await handle.execute('PRAGMA integrity_check');
      assertSame(Object.values(check ?? {}), ['ok'], 'integrity');
      for (const opened of handles.splice(0)) await opened.close();
    } finally {
      execFileSync('umount', ['--lazy', disk]);
    }
  });

  runner.it('leaves a file alone that is no database', async () => {
    const garbage = Buffer.from('This is no database, but somebody may want it. '.repeat(100));
    writeFileSync(path, garbage);
    const handle = await openFile(path);
    handles.push(handle);
    const session = await openSession(handle, config, undefined, {retry});
    const {store, persister} = session;
    await persister.startAutoPersisting([{pets: {initial: {age: 0}}}, {}]);
    store.setRow('pets', 'felix', {age: 3});
    await errorsOf(session, 1);
    await persister.save();
    await until(() => persister.getState().load === 'failed', 'a failed attempt', PATIENCE);
    const {pending, blocked} = persister.getState();
    assertSame([pending > 0, blocked], [true, true], 'state');
    await persister.destroy();
    assertCodes(session, 'UNREADABLE');
    assertSame(readFileSync(path).equals(garbage), true, 'the file is as it was');
  });

  runner.it('says so when its database has been closed, and hangs nowhere', async () => {
    const handle = await connect();
    const session = await openSession(handle, config, undefined, {retry});
    const {store, persister} = session;
    await persister.startAutoPersisting([{pets: {fido: {age: 1}}}, {}]);
    await persister.whenSaved();
    await persister.stopAutoLoad();
    await handles.pop()?.close();
    store.setCell('pets', 'fido', 'age', 2);
    const error = await assertRejects(persister.whenSaved(), 'whenSaved()');
    assertSame(error instanceof PersisterError, true, `the type of ${String(error)}`);
    assertCode(error, 'UNAVAILABLE', 'whenSaved()');
    const {pending, blocked, lastError} = persister.getState();
    assertSame([pending, blocked, lastError?.retriable], [1, true, false], 'state');
    await persister.destroy();
    assertSame(await loadBy(await connect(), config), [{pets: {fido: {age: 1}}}, {}], 'stored');
  });
};

/** Defines the tests of faults of one client. */
export const describeFaults = (runner: TestRunner, client: FileClient): void => {
  const ways = [
    ['JSON', {mode: 'json'}],
    ['tables', tabular('pets')],
  ] as const;
  for (const [mode, config] of ways) {
    for (const journalMode of ['DELETE', 'WAL']) {
      runner.describe(`${client.name}, ${mode}, journal: ${journalMode}`, () => {
        defineFaults(runner, client, config, journalMode);
      });
    }
  }
};

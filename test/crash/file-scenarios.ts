/**
 * What users lose elsewhere when they keep a store in a file, as small programs like those of
 * `acceptance-scenarios.ts`: on real files, with apps in processes of their own where these are killed.
 */
import {mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {
  type AnyPersister,
  type AnyStore,
  type Observation,
  type Scenario,
  turns,
} from '../engine/acceptance-scenarios.ts';
import {CrashRounds, killSomewhen} from './crash-rounds.ts';
import {type LibraryModules, runWorker, whyNoStrace, withStrace} from './run-worker.ts';

/** The part of a library's API that the scenarios use. */
export interface FileLibrary {
  createStore(): AnyStore;
  createFilePersister(
    store: AnyStore,
    path: string,
    onIgnoredError: (error: unknown) => void,
  ): AnyPersister;
  /** Resolves when nothing is left to be saved, as far as the library can tell. */
  untilSaved(persister: AnyPersister): Promise<unknown>;
  /** The same library, for programs in processes of their own. */
  readonly modules: LibraryModules;
}

interface App {
  readonly store: AnyStore;
  readonly persister: AnyPersister;
  readonly errors: unknown[];
}

const openApp = (library: FileLibrary, path: string): App => {
  const store = library.createStore();
  const errors: unknown[] = [];
  const persister = library.createFilePersister(store, path, (error) => errors.push(error));
  return {store, persister, errors};
};

const startApp = async (library: FileLibrary, path: string): Promise<App> => {
  const app = openApp(library, path);
  await app.persister.startAutoPersisting();
  return app;
};

/** The ids of the rows that are stored, as an app finds them that is started now. */
const storedRows = async (library: FileLibrary, path: string, tableId: string) => {
  const {store, persister} = openApp(library, path);
  await persister.load();
  await persister.destroy();
  return store.getRowIds(tableId);
};

/** Gives a scenario the path of a file in an empty folder. */
const onFile =
  (run: (library: FileLibrary, path: string) => Promise<Observation>) =>
  async (library: FileLibrary): Promise<Observation> => {
    const folder = await mkdtemp(join(tmpdir(), 'acceptance-'));
    try {
      return await run(library, join(folder, 'data.json'));
    } finally {
      await rm(folder, {recursive: true});
    }
  };

const contentOf = (rows: number): string => {
  const text = 'x'.repeat(80);
  const entries = Array.from({length: rows}, (_, row): [string, {text: string}] => [
    `row${String(row)}`,
    {text},
  ]);
  return JSON.stringify([{ballast: Object.fromEntries(entries)}, {}]);
};

const EDITS = 150;

const editsWhileTheFileIsWatched = onFile(async (library, path) => {
  await writeFile(path, contentOf(20_000));
  const {store, persister} = await startApp(library, path);
  for (let index = 0; index < EDITS; index++) {
    store.setRow('edits', `edit${String(index)}`, {index});
    await library.untilSaved(persister);
    // Until our own write has been seen, and perhaps is being read.
    await readFile(path);
    await turns(8);
  }
  await library.untilSaved(persister);
  await persister.destroy();
  const inStore = EDITS - store.getRowIds('edits').length;
  const inFile = EDITS - (await storedRows(library, path, 'edits')).length;
  return {
    isKept: inStore === 0 && inFile === 0,
    observed: `${String(inStore)} of ${String(EDITS)} lost from the store, ${String(inFile)} from the file`,
  };
});

const startOnUnreadable = onFile(async (library, path) => {
  const torn = JSON.stringify([{pets: {fido: {age: 4}, felix: {age: 5}}}, {}]).slice(0, -20);
  await writeFile(path, torn);
  const {store, persister} = await startApp(library, path);
  store.setRow('pets', 'rex', {age: 1});
  // Time enough for what should not be done.
  await turns(50);
  await persister.destroy();
  const now = await readFile(path, 'utf8');
  return {isKept: now === torn, observed: now === torn ? 'file unchanged' : `file: ${now}`};
});

const saveOverUnreadable = onFile(async (library, path) => {
  const torn = '[{"pets":{"fido":{"age":4';
  await writeFile(path, torn);
  const {store, persister} = openApp(library, path);
  store.setRow('pets', 'rex', {age: 1});
  await persister.save();
  await persister.destroy();
  const folder = dirname(path);
  const others = (await readdir(folder)).filter((name) => name !== basename(path));
  const copies = await Promise.all(others.map((name) => readFile(join(folder, name), 'utf8')));
  const isStored = (await storedRows(library, path, 'pets')).join() === 'rex';
  return {
    isKept: isStored && copies.includes(torn),
    observed: copies.includes(torn) ? 'old bytes kept in a file beside it' : 'old bytes gone',
  };
});

const startOnOlderContent = onFile(async (library, path) => {
  await writeFile(path, JSON.stringify({pets: {fido: {age: 4}, felix: {age: 5}}}));
  const {store, persister} = await startApp(library, path);
  store.setRow('pets', 'rex', {age: 1});
  await library.untilSaved(persister);
  await persister.destroy();
  const found = (await storedRows(library, path, 'pets')).sort().join(', ');
  return {isKept: found === 'felix, fido, rex', observed: `stored: ${found}`};
});

const startOnFileOutOfReach = onFile(async (library, path) => {
  const {modules} = library;
  const {acknowledged} = await runWorker(path, {modules, edits: 20});
  const failing = withStrace('openat:error=EIO:when=1..3', path);
  await runWorker(path, {modules, edits: 5}, undefined, failing);
  const {found = 0} = await runWorker(path, {modules, edits: 0});
  const expected = acknowledged + 5;
  return {
    isKept: found === expected,
    observed: `edit ${String(found)} of ${String(expected)} is the last one stored`,
  };
});

const isMissingFile = (error: unknown): boolean => String(error).includes('ENOENT');

const saveWhileTheFolderIsAway = onFile(async (library, path) => {
  const folder = join(dirname(path), 'mounted');
  const inFolder = join(folder, basename(path));
  await mkdir(folder);
  const {store, persister, errors} = await startApp(library, inFolder);
  store.setRow('rows', 'before', {n: 1});
  await library.untilSaved(persister);
  errors.length = 0;
  await rename(folder, `${folder}.away`);
  store.setRow('rows', 'meanwhile', {n: 2});
  while (!errors.some(isMissingFile)) await turns(1);
  await rename(`${folder}.away`, folder);
  await library.untilSaved(persister);
  await turns(50);
  await persister.destroy();
  const found = (await storedRows(library, inFolder, 'rows')).join(', ');
  return {isKept: found === 'before, meanwhile', observed: `stored: ${found}`};
});

const editsThenDestroy = onFile(async (library, path) => {
  const {store, persister} = await startApp(library, path);
  for (let index = 0; index < 10; index++) store.setRow('rows', `row${String(index)}`, {index});
  await persister.destroy();
  const count = (await storedRows(library, path, 'rows')).length;
  return {isKept: count === 10, observed: `${String(count)} of 10 stored`};
});

/** Bytes that this process has handed to the system to be written, since it began. */
const bytesWritten = async (): Promise<number> =>
  Number(/^wchar: (\d+)$/m.exec(await readFile('/proc/self/io', 'utf8'))?.[1]);

const rapidTransactions = onFile(async (library, path) => {
  const content = contentOf(2_000);
  await writeFile(path, content);
  const {store, persister} = await startApp(library, path);
  await library.untilSaved(persister);
  const before = await bytesWritten();
  for (let index = 1; index <= 100; index++) store.setCell('t', 'r', 'c', index);
  await library.untilSaved(persister);
  const written = (await bytesWritten()) - before;
  await persister.destroy();
  const isRight = (await storedRows(library, path, 't')).join() === 'r';
  return {
    isKept: isRight && written <= 3.5 * content.length,
    observed: `${String(written)} bytes written`,
  };
});

const appsOnOneFile = onFile(async (library, path) => {
  const apps = await Promise.all([startApp(library, path), startApp(library, path)]);
  for (let index = 0; index < 20; index++) {
    for (const [app, {store}] of apps.entries()) {
      store.setRow('rows', `app${String(app)} row${String(index)}`, {index});
    }
    await Promise.all(apps.map(({persister}) => library.untilSaved(persister)));
  }
  for (const {persister} of apps) await persister.destroy();
  const count = (await storedRows(library, path, 'rows')).length;
  return {isKept: count === 40, observed: `${String(count)} of 40 stored`};
});

const KILLS = 12;

const killedWhileSaving = onFile(async (library, path) => {
  const {modules} = library;
  const crashes = new CrashRounds(path, {modules, isWatching: false});
  for (let round = 0; round < KILLS; round++) await crashes.run(killSomewhen());
  const left = await crashes.finish();
  const {kills, lost} = crashes.tally;
  const litter = left.filter((name) => name !== `${basename(path)}.journal`);
  return {
    isKept: kills === KILLS && lost.length === 0 && litter.length <= 1,
    observed:
      `${String(lost.length)} times acknowledged edits were lost, ` +
      `${String(litter.length)} files left behind`,
  };
});

export const fileScenarios: readonly Scenario<FileLibrary>[] = [
  {
    id: 'file-edits-during-loads',
    promise: `${String(EDITS)} edits while the file is watched, each as soon as the one before is stored: none is lost`,
    run: editsWhileTheFileIsWatched,
  },
  {
    id: 'file-truncated',
    promise: 'The file is cut off: auto-saving does not overwrite it',
    run: startOnUnreadable,
  },
  {
    id: 'file-truncated-save',
    promise:
      'The file is cut off, and the app calls `save()`: its bytes are kept, the store is stored',
    run: saveOverUnreadable,
  },
  {
    id: 'file-older-content',
    promise:
      'The file holds bare tables, as version 1 stored them: they stay, what was edited is added',
    run: startOnOlderContent,
  },
  {
    id: 'file-out-of-reach',
    promise: 'Opening a good file fails three times, then not: 20 edits in it stay, 5 are added',
    whyNot: whyNoStrace,
    run: startOnFileOutOfReach,
  },
  {
    id: 'file-save-fails',
    promise:
      'The folder is away, so that a save fails, and comes back: the edit is stored without another one',
    run: saveWhileTheFolderIsAway,
  },
  {
    id: 'file-edits-then-destroy',
    promise: '10 edits, then `await destroy()`: all are in the file',
    run: editsThenDestroy,
  },
  {
    id: 'file-rapid-transactions',
    promise: '100 transactions on a file of 200 kB: it is written at most 3 times',
    whyNot: process.platform === 'linux' ? undefined : 'only Linux counts what a process writes',
    run: rapidTransactions,
  },
  {
    id: 'file-two-apps',
    promise: 'Two apps add 20 rows each to one file at the same time: all are stored',
    run: appsOnOneFile,
  },
  {
    id: 'file-killed',
    promise: `An app that saves all the time is killed ${String(KILLS)} times with SIGKILL: no acknowledged edit is lost, at most one file is left behind`,
    run: killedWhileSaving,
  },
];

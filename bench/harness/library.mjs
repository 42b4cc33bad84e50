/** The two libraries behind one face: Cellar is a drop-in, so the same calls run on both. */
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Where an entry of Cellar is as package.json publishes it, from a build in another folder if
 * `CELLAR_BENCH_PACKAGE` names one (that holds a package.json and a dist).
 */
const urlOfCellar = (entry) => {
  const root = process.env.CELLAR_BENCH_PACKAGE ?? REPOSITORY;
  const {exports: entries} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const target = entries[entry];
  const file = typeof target === 'string' ? target : (target?.default ?? target?.import);
  if (file === undefined || !existsSync(join(root, file))) {
    throw new Error(`Cellar has no built entry ${entry}`);
  }
  return pathToFileURL(join(root, file)).href;
};

const urlOfReference = (entry) => import.meta.resolve(`tinybase${entry.slice(1)}`);

/**
 * @param {'reference' | 'cellar' | 'cellar-plain'} contender `cellar-plain` is Cellar with the option
 *   `format: 'compatible'`: one plain JSON text, never a journal.
 */
export const openLibrary = (contender) => {
  const isReference = contender === 'reference';
  const urlOf = isReference ? urlOfReference : urlOfCellar;
  const load = async (entry) => import(urlOf(entry));
  return {
    isReference,
    /** What a page must know of it. */
    traits: {isReference, format: contender === 'cellar-plain' ? 'compatible' : undefined},
    /** The file of an entry, for those that bundle it: `./store`. */
    fileOf: (entry) => fileURLToPath(urlOf(entry)),
    /** What programs import that run in processes of their own. */
    modules: () => ({
      store: urlOf('./store'),
      filePersister: urlOf('./persisters/persister-file'),
    }),
    loadStore: () => load('./store'),
    loadPersisters: () => load('./persisters'),
    loadBetterSqlite3Persister: () => load('./persisters/persister-better-sqlite3'),
    loadPgPersister: () => load('./persisters/persister-pg'),
    loadFilePersister: async () => {
      const {createFilePersister} = await load('./persisters/persister-file');
      if (contender !== 'cellar-plain') return {createFilePersister};
      return {
        createFilePersister: (store, path) =>
          createFilePersister(store, path, {format: 'compatible'}),
      };
    },
    /**
     * Resolves when everything written so far is stored: Cellar's receipt, or the end of the
     * reference's queue of actions (its status reads idle while later saves are still to come).
     */
    untilSaved: (persister) =>
      isReference
        ? new Promise((resolve) => void persister.schedule(async () => resolve()))
        : persister.whenSaved(),
  };
};

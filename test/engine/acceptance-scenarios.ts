/**
 * What users lose elsewhere, as small programs that any library with the same API can run: they return
 * what was observed, and whether that is how it should be. Time is counted in turns of the event loop,
 * so that nothing depends on the speed of a machine. Imports types only: scripts run it as it is.
 */

type Row = Record<string, unknown>;
type Tables = Record<string, Record<string, Row | undefined> | undefined>;
type Values = Record<string, unknown>;
type Stored = [tables: Tables, values: Values];
type Listener = (content?: Stored) => void;

export interface AnyStore {
  setCell(tableId: string, rowId: string, cellId: string, cell: string | number): unknown;
  setRow(tableId: string, rowId: string, row: Record<string, string | number>): unknown;
  getRowIds(tableId: string): string[];
  getRow(tableId: string, rowId: string): Row;
}

export interface AnyPersister {
  load(): Promise<unknown>;
  save(): Promise<unknown>;
  startAutoSave(): Promise<unknown>;
  startAutoPersisting(): Promise<unknown>;
  getStats(): {loads?: number; saves?: number};
  destroy(): unknown;
}

/** The part of a library's API that the scenarios use. */
export interface Library {
  createStore(): AnyStore;
  createCustomPersister(
    store: AnyStore,
    getPersisted: () => Promise<Stored | undefined>,
    setPersisted: (getContent: () => Stored, changes?: unknown) => Promise<void>,
    addPersisterListener: (listener: Listener) => Listener,
    delPersisterListener: (listener: Listener) => void,
    onIgnoredError: (error: unknown) => void,
  ): AnyPersister;
  /** Resolves when nothing is left to be saved, as far as the library can tell. */
  untilSaved(persister: AnyPersister): Promise<unknown>;
}

export interface Observation {
  /** Whether it is how it should be. */
  readonly isKept: boolean;
  /** In a few words, for a table. */
  readonly observed: string;
}

export interface Scenario<SomeLibrary = Library> {
  readonly id: string;
  /** What is done, and what should come of it. */
  readonly promise: string;
  /** Why it cannot be run here, if it cannot. */
  readonly whyNot?: string | undefined;
  readonly run: (library: SomeLibrary) => Promise<Observation>;
}

/** Storage of somebody's own that takes its time, fails, and may tell of the writes it gets. */
class Backend {
  stored: Stored | undefined;
  reads = 0;
  writes = 0;
  readTurns = 0;
  writeTurns = 0;
  failingReads = 0;
  failingWrites = 0;
  tellsOfOwnWrites = false;
  /** Whether a change is stored as a change, as rows of a database are. */
  isIncremental = false;
  readonly errors: unknown[] = [];
  readonly #listeners = new Set<Listener>();

  constructor(stored?: Stored) {
    this.stored = stored;
  }

  persist(
    library: Library,
    store: AnyStore,
    onIgnoredError: (error: unknown) => void = (error) => void this.errors.push(error),
  ): AnyPersister {
    return library.createCustomPersister(
      store,
      () => this.#read(),
      (getContent, changes) => this.#write(getContent, changes),
      (listener) => {
        this.#listeners.add(listener);
        return listener;
      },
      (listener) => void this.#listeners.delete(listener),
      onIgnoredError,
    );
  }

  async #read(): Promise<Stored | undefined> {
    this.reads++;
    const stored = structuredClone(this.stored);
    await turns(this.readTurns);
    if (this.failingReads > 0) {
      this.failingReads--;
      throw new Error('503');
    }
    return stored;
  }

  async #write(getContent: () => Stored, changes?: unknown): Promise<void> {
    this.writes++;
    const isChange = this.isIncremental && changes !== undefined;
    const written = structuredClone(isChange ? changes : getContent()) as Stored;
    await turns(this.writeTurns);
    if (this.failingWrites > 0) {
      this.failingWrites--;
      throw new Error('database is locked');
    }
    if (isChange && this.stored) applyTables(this.stored[0], written[0]);
    else this.stored = [written[0], written[1]];
    if (this.tellsOfOwnWrites) for (const listener of [...this.#listeners]) listener();
  }
}

const applyTables = (tables: Tables, changed: Tables): void => {
  for (const [tableId, rows] of Object.entries(changed)) {
    for (const [rowId, row] of Object.entries(rows ?? {})) {
      (tables[tableId] ??= {})[rowId] = {...tables[tableId][rowId], ...row};
    }
  }
};

export const turns = async (count: number): Promise<void> => {
  for (let index = 0; index < count; index++) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
};

const rowsOf = (stored: Stored | undefined, tableId: string): string[] =>
  Object.keys(stored?.[0][tableId] ?? {});

const EDITS = 150;

const editsWhileStorageIsSlow = async (library: Library): Promise<Observation> => {
  const backend = new Backend([{}, {}]);
  Object.assign(backend, {readTurns: 12, writeTurns: 2, tellsOfOwnWrites: true});
  const store = library.createStore();
  const persister = backend.persist(library, store);
  await persister.startAutoPersisting();
  for (let index = 0; index < EDITS; index++) {
    store.setRow('edits', `edit${String(index)}`, {index});
    await turns(8);
  }
  await library.untilSaved(persister);
  await persister.destroy();
  const [inStore, inStorage] = [store.getRowIds('edits'), rowsOf(backend.stored, 'edits')];
  const lost = `${String(EDITS - inStore.length)} of ${String(EDITS)} lost from the store`;
  return {
    isKept: inStore.length === EDITS && inStorage.length === EDITS,
    observed: `${lost}, ${String(EDITS - inStorage.length)} from storage`,
  };
};

const readThatFails =
  (times: number) =>
  async (library: Library): Promise<Observation> => {
    const backend = new Backend([{pets: {fido: {age: 4}, felix: {age: 5}}}, {}]);
    backend.failingReads = times;
    const store = library.createStore();
    const persister = backend.persist(library, store);
    await persister.startAutoPersisting();
    store.setRow('pets', 'rex', {age: 1});
    if (times < Infinity) await library.untilSaved(persister);
    // Time enough for what should not be done.
    await turns(50);
    await persister.destroy();
    const found = rowsOf(backend.stored, 'pets').sort().join(', ');
    const expected = times < Infinity ? 'felix, fido, rex' : 'felix, fido';
    return {isKept: found === expected, observed: `stored: ${found}`};
  };

const saveThatFails = async (library: Library): Promise<Observation> => {
  const backend = new Backend([{}, {}]);
  backend.isIncremental = true;
  const store = library.createStore();
  const persister = backend.persist(library, store);
  await persister.startAutoPersisting();
  store.setRow('rows', 'before', {n: 1});
  await library.untilSaved(persister);
  backend.failingWrites = 1;
  store.setRow('rows', 'failed', {n: 2});
  await turns(10);
  store.setRow('rows', 'after', {n: 3});
  await library.untilSaved(persister);
  await persister.destroy();
  const found = rowsOf(backend.stored, 'rows').join(', ');
  return {isKept: rowsOf(backend.stored, 'rows').length === 3, observed: `stored: ${found}`};
};

const editsThenDestroy = async (library: Library): Promise<Observation> => {
  const backend = new Backend([{}, {}]);
  Object.assign(backend, {isIncremental: true, writeTurns: 10});
  const store = library.createStore();
  const persister = backend.persist(library, store);
  await persister.startAutoPersisting();
  for (let index = 0; index < 10; index++) store.setRow('rows', `row${String(index)}`, {index});
  await persister.destroy();
  const count = rowsOf(backend.stored, 'rows').length;
  return {isKept: count === 10, observed: `${String(count)} of 10 stored`};
};

const rapidTransactions = async (library: Library): Promise<Observation> => {
  const backend = new Backend();
  backend.writeTurns = 10;
  const store = library.createStore();
  const persister = backend.persist(library, store);
  await persister.startAutoSave();
  for (let index = 1; index <= 100; index++) store.setCell('t', 'r', 'c', index);
  await library.untilSaved(persister);
  const {saves} = persister.getStats();
  await persister.destroy();
  const isRight = backend.stored?.[0]['t']?.['r']?.['c'] === 100;
  return {
    isKept: isRight && saves === 101 && backend.writes <= 3,
    observed: `${String(backend.writes)} writes, getStats().saves ${String(saves)}`,
  };
};

const saveDuringLoad = async (library: Library): Promise<Observation> => {
  const backend = new Backend();
  backend.readTurns = 5;
  const store = library.createStore();
  const persister = backend.persist(library, store);
  store.setRow('rows', 'mine', {n: 1});
  const loading = persister.load();
  await persister.save();
  const found = rowsOf(backend.stored, 'rows').join(', ');
  await loading;
  await persister.destroy();
  return {isKept: found === 'mine', observed: `stored when save() resolved: ${found || 'nothing'}`};
};

const olderContent = async (library: Library): Promise<Observation> => {
  const tables: Tables = {pets: {fido: {age: 4}, felix: {age: 5}}};
  const backend = new Backend(tables as unknown as Stored);
  const store = library.createStore();
  const persister = backend.persist(library, store);
  await persister.startAutoPersisting();
  store.setRow('pets', 'rex', {age: 1});
  await library.untilSaved(persister);
  await persister.destroy();
  const found = rowsOf(backend.stored, 'pets').sort().join(', ');
  return {isKept: found === 'felix, fido, rex', observed: `stored: ${found || 'nothing'}`};
};

const handlerThatThrows = async (library: Library): Promise<Observation> => {
  const backend = new Backend();
  backend.failingWrites = 1;
  const store = library.createStore();
  const persister = backend.persist(library, store, () => {
    throw new Error('in the handler');
  });
  store.setRow('rows', 'mine', {n: 1});
  const outcome = await persister.save().then(
    () => 'resolves',
    () => 'rejects',
  );
  await persister.save();
  await persister.destroy();
  const isStored = rowsOf(backend.stored, 'rows').length === 1;
  return {isKept: outcome === 'resolves' && isStored, observed: `save() ${outcome}`};
};

export const scenarios: readonly Scenario[] = [
  {
    id: 'edits-during-loads',
    promise: `${String(EDITS)} edits while storage is slow to read and tells of our own writes: none is lost`,
    run: editsWhileStorageIsSlow,
  },
  {
    id: 'one-read-fails',
    promise:
      'The first read fails, the next would not: what was stored stays, what was edited is added',
    run: readThatFails(1),
  },
  {
    id: 'three-reads-fail',
    promise: 'The first three reads fail, as while a database is locked: the same',
    run: readThatFails(3),
  },
  {
    id: 'all-reads-fail',
    promise: 'What is stored cannot be read: auto-saving does not overwrite it',
    run: readThatFails(Infinity),
  },
  {
    id: 'older-content',
    promise:
      'What is stored is bare tables, as version 1 stored them: they stay, what was edited is added',
    run: olderContent,
  },
  {
    id: 'one-save-fails',
    promise: 'One incremental save fails, the next would not: all edits are stored',
    run: saveThatFails,
  },
  {
    id: 'edits-then-destroy',
    promise: '10 edits, then `await destroy()`: all are stored',
    run: editsThenDestroy,
  },
  {
    id: 'save-during-load',
    promise: '`load()`, then `await save()`: it has been saved',
    run: saveDuringLoad,
  },
  {
    id: 'rapid-transactions',
    promise: '100 transactions on slow storage: at most 3 writes, all 101 requests are counted',
    run: rapidTransactions,
  },
  {
    id: 'handler-that-throws',
    promise: 'A save fails, and `onIgnoredError` throws: `save()` resolves all the same',
    run: handlerThatThrows,
  },
];

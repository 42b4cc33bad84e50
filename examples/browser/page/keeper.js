/** The store of the page and the persister that keeps it: all that an app has to do with the library. */
import {createStore} from 'cellar/store';
import {Status} from 'cellar/persisters';
import {tablesSchema} from './columns.js';

/** Patient enough for the state to be read before the next attempt. */
const RETRY = {minDelayMs: 2_000, maxDelayMs: 15_000};

export class Keeper {
  store = createStore().setTablesSchema(tablesSchema);
  storage;
  persister;
  #isOpen = false;
  #foreignChanges = [];
  #initialContent;
  #listeners;

  /**
   * @param cities What the table holds at first, as `[row id, cells]`.
   * @param listeners `onState(state)`, `onError(error)`, and `onForeignChanges(changes)`: the `[rowId, cellId]` of
   *   cells that were changed elsewhere.
   */
  constructor(cities, listeners) {
    this.#initialContent = [{places: Object.fromEntries(cities)}, {}];
    this.#listeners = listeners;
    this.store.addCellListener('places', null, null, (_store, _table, rowId, cellId) => {
      if (this.#isOpen && this.persister.getStatus() === Status.Loading) {
        this.#noteForeignChange(rowId, cellId);
      }
    });
  }

  /** Leaves the storage there was, if any, and keeps the table in another: what that holds already, or the cities. */
  async open(storage) {
    await this.#close();
    this.storage = storage;
    this.persister = await storage.createPersister(this.store, {
      retry: RETRY,
      onIgnoredError: this.#listeners.onError,
    });
    this.persister.addStateListener((_persister, state) => this.#listeners.onState(state));
    await this.persister.startAutoPersisting(this.#initialContent);
    this.#isOpen = true;
    this.#listeners.onState(this.persister.getState());
  }

  /** Removes what is stored, and begins with the cities again. */
  async startAfresh() {
    await this.#close();
    await this.storage.clear();
    await this.open(this.storage);
    // Another tab may have put back what it has, as soon as it saw that nothing was there.
    this.store.setContent(this.#initialContent);
    await this.persister.whenSaved();
  }

  /** Passes on what has come in one turn together. */
  #noteForeignChange(rowId, cellId) {
    this.#foreignChanges.push([rowId, cellId]);
    if (this.#foreignChanges.length > 1) return;
    queueMicrotask(() => this.#listeners.onForeignChanges(this.#foreignChanges.splice(0)));
  }

  async #close() {
    this.#isOpen = false;
    await this.persister?.destroy();
    this.persister = undefined;
    this.store.delTables();
  }
}

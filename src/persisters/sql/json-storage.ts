/** Keeps a whole store as JSON text in one row of a table; other rows and columns are none of its business. */
import {PersisterError} from '../../errors.ts';
import type {JsonText} from '../engine/json-text.ts';
import type {GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import type {Catalog} from './catalog.ts';
import type {ChangeTracker} from './change-tracker.ts';
import {type JsonConfig, ONLY_ROW} from './config.ts';
import {type Column, quote, type SqlDialect} from './dialect.ts';
import {allOf} from './run-work.ts';
import type {SqlDriver, SqlWork} from './sql-driver.ts';
import type {Transactions} from './transactions.ts';

export interface JsonStorageParts {
  readonly name: string;
  readonly driver: SqlDriver;
  readonly dialect: SqlDialect;
  readonly config: JsonConfig;
  readonly transactions: Transactions;
  readonly tracker: ChangeTracker;
  readonly catalog: Catalog;
  readonly text: JsonText;
  readonly watch: NonNullable<StorageAdapter['watch']>;
}

export class JsonStorage implements StorageAdapter {
  readonly name: string;
  readonly resource: object;
  readonly watch: NonNullable<StorageAdapter['watch']>;
  readonly #parts: JsonStorageParts;
  /** What we have last read or written, `null` for nothing; `undefined` if we have done neither. */
  #known: string | null | undefined;

  constructor(parts: JsonStorageParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.resource = parts.driver.connection;
    this.watch = parts.watch;
  }

  async read(signal: AbortSignal): Promise<unknown> {
    const {tracker} = this.#parts;
    const stored = await this.#run('read', signal, function* (storage) {
      const text = yield* storage.#select();
      tracker.caughtUp();
      return text;
    });
    if (stored === undefined || stored === null || stored === '') {
      this.#known = null;
      return undefined;
    }
    this.#known = undefined;
    try {
      const content = JSON.parse(stored) as unknown;
      this.#known = stored;
      return content;
    } catch (cause) {
      throw new PersisterError('UNREADABLE', `${this.name} holds text that is not JSON`, {
        phase: 'load',
        storage: this.name,
        retriable: false,
        cause,
      });
    }
  }

  async write(getContent: GetContent, signal: AbortSignal): Promise<void> {
    const text = this.#parts.text.parts(getContent).join('');
    await this.#run('write', signal, (storage) => storage.#write(text));
    this.#known = text;
  }

  async setAside(signal: AbortSignal): Promise<string> {
    const name = `_unreadable-${new Date().toISOString()}`;
    await this.#run('write', signal, (storage) => storage.#setAside(name));
    this.#known = undefined;
    return `the row '${name}' of the table '${this.#parts.config.tableName}'`;
  }

  async close(): Promise<void> {
    await this.#parts.driver.close?.();
  }

  #run<Result>(
    kind: 'read' | 'write',
    signal: AbortSignal,
    getWork: (storage: this) => SqlWork<Result>,
  ): Promise<Result> {
    const {transactions, catalog, tracker} = this.#parts;
    const getAll = function* (storage: JsonStorage): SqlWork<Result> {
      yield* tracker.enter();
      yield* catalog.refresh();
      return yield* getWork(storage as never);
    };
    const phase = kind === 'read' ? 'load' : 'save';
    return transactions.run(
      kind,
      phase,
      signal,
      () => getAll(this),
      () => catalog.invalidate(),
    );
  }

  #column(name: string): Column | undefined {
    return this.#parts.catalog.find(this.#parts.config.tableName)?.columns.get(name);
  }

  /** @returns `undefined` if there is no such row, `null` if there is nothing in it. */
  *#select(): SqlWork<string | null | undefined> {
    const {config, dialect} = this.#parts;
    const {tableName, idColumnName, storeColumnName} = config;
    if (!this.#column(idColumnName) || !this.#column(storeColumnName)) return undefined;
    const [row] = yield {
      sql:
        `SELECT ${dialect.asText(storeColumnName)} s FROM${quote(tableName)}` +
        `WHERE ${quote(idColumnName)}=${dialect.parameter(1)}`,
      params: [ONLY_ROW],
    };
    if (!row) return undefined;
    const {s} = row;
    return typeof s === 'string' ? s : null;
  }

  *#write(text: string): SqlWork<void> {
    const {config, dialect, catalog, tracker} = this.#parts;
    const {tableName, idColumnName, storeColumnName} = config;
    if (this.#known !== undefined && tracker.isBehind) {
      // Whatever has been written to the database, it matters only if it was this.
      const stored = yield* this.#select();
      if ((stored ?? null) !== this.#known) throw this.#conflict();
      tracker.caughtUp();
    }
    const isNew = !catalog.find(tableName);
    if (isNew) yield* catalog.create(tableName, idColumnName, [storeColumnName]);
    const missing = [idColumnName, storeColumnName].filter((name) => !this.#column(name));
    if (missing.length > 0) yield* catalog.addColumns(tableName, missing);
    const id = this.#column(idColumnName) as Column;
    const store = this.#column(storeColumnName) as Column;
    const row = [ONLY_ROW, text];
    if (id.isUnique && !catalog.find(tableName)?.isView) {
      yield* allOf(dialect.insert(tableName, [id, store], [row], [id]));
    } else if ((yield* this.#select()) === undefined) {
      yield* allOf(dialect.insert(tableName, [id, store], [row]));
    } else {
      yield dialect.update(tableName, id, [store], row);
    }
    yield* tracker.leave();
  }

  *#setAside(name: string): SqlWork<void> {
    const {dialect, config, tracker} = this.#parts;
    const {tableName, idColumnName} = config;
    yield {
      sql:
        `UPDATE${quote(tableName)}SET ${quote(idColumnName)}=${dialect.parameter(1)} ` +
        `WHERE ${quote(idColumnName)}=${dialect.parameter(2)}`,
      params: [name, ONLY_ROW],
    };
    yield* tracker.leave();
  }

  #conflict(): PersisterError {
    return new PersisterError('CONFLICT', `Somebody else has written to ${this.name}`, {
      phase: 'save',
      storage: this.name,
      retriable: true,
    });
  }
}

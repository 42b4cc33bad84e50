/** Keeps a whole store as JSON text in one row of a table; other rows and columns are none of its business. */
import {PersisterError} from '../../errors.ts';
import type {JsonText} from '../engine/json-text.ts';
import type {GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import type {Catalog} from './catalog.ts';
import type {ChangeTracker} from './change-tracker.ts';
import {type JsonConfig, ONLY_ROW} from './config.ts';
import {type Column, type DatabaseTable, quote, type SqlDialect} from './dialect.ts';
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
  readonly text: Pick<JsonText, 'parts'>;
  readonly watch: NonNullable<StorageAdapter['watch']>;
  /** Whether transactions of several adapters can be open at once. */
  readonly isConcurrent: boolean;
}

interface StoredText {
  /** `null` if there is nothing in the row. */
  readonly text: string | null;
  /** As far as the dialect has some. */
  readonly version: string | undefined;
}

const isSame = (stored: StoredText | undefined, known: StoredText | null | undefined): boolean =>
  stored ? stored.text === (known?.text ?? null) : !known;

export class JsonStorage implements StorageAdapter {
  readonly name: string;
  readonly resource?: object;
  readonly watch: NonNullable<StorageAdapter['watch']>;
  readonly #parts: JsonStorageParts;
  /** What we have last read or written, `null` for nothing; `undefined` if we have done neither. */
  #known: StoredText | null | undefined;

  constructor(parts: JsonStorageParts) {
    this.#parts = parts;
    this.name = parts.name;
    if (!parts.isConcurrent) this.resource = parts.driver.connection;
    this.watch = parts.watch;
  }

  async read(signal: AbortSignal): Promise<unknown> {
    const {tracker} = this.#parts;
    const stored = await this.#run('read', signal, function* (storage) {
      const row = yield* storage.#select();
      yield* tracker.caughtUp(true);
      return row;
    });
    const text = stored?.text ?? '';
    if (text === '') {
      this.#known = stored ?? null;
      return undefined;
    }
    this.#known = undefined;
    try {
      const content = JSON.parse(text) as unknown;
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
    const version = await this.#run('write', signal, (storage) => storage.#write(text));
    this.#known = {text, version};
  }

  async setAside(signal: AbortSignal): Promise<string> {
    const name = `_unreadable-${new Date().toISOString()}`;
    await this.#run('write', signal, (storage) => storage.#setAside(name));
    this.#known = null;
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
      yield* tracker.enter(kind);
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

  /** @returns `undefined` if there is no such row. */
  *#select(): SqlWork<StoredText | undefined> {
    const {config, dialect, catalog} = this.#parts;
    const {tableName, idColumnName, storeColumnName} = config;
    const table = catalog.find(tableName);
    if (!table || !this.#column(idColumnName) || !this.#column(storeColumnName)) return undefined;
    const version = dialect.rowVersion ? `,${dialect.rowVersion(table)} v` : '';
    const [row] = yield {
      sql:
        `SELECT ${dialect.asText(storeColumnName)} s${version} FROM${quote(tableName)}` +
        `WHERE ${quote(idColumnName)}=${dialect.parameter(1)}`,
      params: [ONLY_ROW],
    };
    if (!row) return undefined;
    const {s, v} = row;
    return {
      text: typeof s === 'string' ? s : null,
      version: typeof v === 'string' ? v : undefined,
    };
  }

  /** @returns The version of what has been written. */
  *#write(text: string): SqlWork<string | undefined> {
    const {config, dialect, catalog, tracker} = this.#parts;
    const {tableName, idColumnName, storeColumnName} = config;
    const isUnsure = this.#known !== undefined && !dialect.exchange;
    if (isUnsure && (yield* tracker.isOutdated())) {
      // Whatever has been written to the database, it matters only if it was this.
      const stored = yield* this.#select();
      if (!isSame(stored, this.#known)) throw this.#conflict();
      yield* tracker.caughtUp(true);
    }
    const isNew = !catalog.find(tableName);
    if (isNew) yield* catalog.create(tableName, idColumnName, [storeColumnName]);
    const missing = [idColumnName, storeColumnName].filter((name) => !this.#column(name));
    if (missing.length > 0) yield* catalog.addColumns(tableName, missing);
    const id = this.#column(idColumnName) as Column;
    const store = this.#column(storeColumnName) as Column;
    const row = [ONLY_ROW, text];
    const values = row.map((value) => [value]);
    const table = catalog.find(tableName) as DatabaseTable;
    let version: string | undefined;
    if (dialect.exchange) {
      const known = this.#known && this.#known.version;
      const [written] = yield dialect.exchange(table, id, store, row, known);
      if (!written) throw this.#conflict();
      version = String(written['v']);
    } else if (id.isUnique && !table.isView) {
      yield* allOf(dialect.insert(tableName, [id, store], values, [id]));
    } else if ((yield* this.#select()) === undefined) {
      yield* allOf(dialect.insert(tableName, [id, store], values));
    } else {
      yield* allOf(dialect.update(tableName, id, [store], values));
    }
    yield* tracker.leave(true);
    return version;
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
    yield* tracker.leave(true);
  }

  #conflict(): PersisterError {
    return new PersisterError('CONFLICT', `Somebody else has written to ${this.name}`, {
      phase: 'save',
      storage: this.name,
      retriable: true,
    });
  }
}

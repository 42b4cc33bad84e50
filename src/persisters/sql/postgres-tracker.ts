/**
 * PostgreSQL has no counter of changes. Others' are told by notifications, see {@link watchPostgres}; whoever
 * replaces everything makes sure, as notifications come late or not at all: a fingerprint of the rows' versions,
 * taken in the snapshot that was read, is compared under a lock.
 */
import {PersisterError} from '../../errors.ts';
import {getUniqueId} from '../../shared/unique-id.ts';
import type {Id} from '../../store/types.ts';
import {type Catalog, statement} from './catalog.ts';
import type {ChangeTracker, RowHints} from './change-tracker.ts';
import {CELLS_TABLE} from './config.ts';
import {quote, quoteText} from './dialect.ts';
import type {SqlWork} from './sql-driver.ts';
import {withoutStatements} from './run-work.ts';

/** A mapped table, by its name and that of the column of its row ids. */
export interface TableKey {
  readonly tableName: string;
  readonly rowIdColumnName: string;
}

/** Tells in a transaction whose it is, to the triggers: those who are told can tell their own writes. */
const ORIGIN = 'cellar.origin';

const sumOf = (hashed: string, from: string): string =>
  `(SELECT concat(count(*),':',sum(hashtextextended(${hashed},0)))FROM ${from})`;

/** What has changed when somebody has written to one of these tables. */
export const fingerprint = function* (
  catalog: Catalog,
  keys: readonly TableKey[],
): SqlWork<string> {
  const sums: string[] = [];
  for (const {tableName, rowIdColumnName} of keys) {
    const table = catalog.find(tableName);
    if (!table?.columns.has(rowIdColumnName)) continue;
    const version = table.isView ? 't::text' : `concat(${quote(rowIdColumnName)}::text,':',xmin)`;
    sums.push(quoteText(tableName), sumOf(version, `${quote(tableName)} t`));
    if (!catalog.hasCells) continue;
    const cells = `${quote(CELLS_TABLE)} t WHERE table_name=${quoteText(tableName)}`;
    sums.push(sumOf('t::text', cells));
  }
  if (sums.length === 0) return '';
  const [row] = yield statement(`SELECT array_to_string(ARRAY[${sums.join()}],',')f`);
  return String(row?.['f']);
};

export class PostgresTracker implements ChangeTracker {
  /** Fit for an unquoted identifier. */
  readonly origin: string = getUniqueId().toLowerCase().replaceAll('-', '_');
  readonly #storage: string;
  readonly #catalog: Catalog;
  readonly #saved: readonly TableKey[];
  readonly #isExposed: boolean;
  /** What others have written since our last read, by table; `undefined`: any of its rows. */
  #hints = new Map<string, Set<Id> | undefined>();
  /** What is being read. */
  #taken = new Map<string, Set<Id> | undefined>();
  /** What everything was when we last read or wrote it, if that is still so as far as we are concerned. */
  #known: string | undefined;

  /**
   * @param saved The tables that whole writes replace.
   * @param isExposed Whether the app can end our transactions, as it uses the same connection.
   */
  constructor(storage: string, catalog: Catalog, saved: readonly TableKey[], isExposed: boolean) {
    this.#storage = storage;
    this.#catalog = catalog;
    this.#saved = saved;
    this.#isExposed = isExposed;
  }

  /** Somebody else has written. @param ids Which rows. Default: any. */
  note(tableName: string, ids?: readonly Id[]): void {
    add(this.#hints, tableName, ids);
  }

  *enter(kind: 'read' | 'changes' | 'write'): SqlWork<void> {
    if (kind !== 'write') {
      // What a read that failed has not seen is still to be read.
      for (const [tableName, ids] of this.#hints) add(this.#taken, tableName, ids);
      this.#hints = new Map();
      // Whoever has written may have changed tables, too.
      if (kind === 'changes') this.#catalog.revalidate();
      else this.#catalog.invalidate();
      return;
    }
    yield {sql: 'SELECT set_config($1,$2,true)', params: [ORIGIN, this.origin]};
  }

  *leave(isWhole: boolean): SqlWork<void> {
    this.#known = isWhole ? yield* fingerprint(this.#catalog, this.#saved) : undefined;
    if (!this.#isExposed) return;
    const [row] = yield {
      sql: 'SELECT current_setting($1,true)o,set_config($1,$2,true)',
      params: [ORIGIN, ''],
    };
    if (row?.['o'] === this.origin) return;
    throw new PersisterError(
      'UNAVAILABLE',
      `Somebody else has ended the transaction in which ${this.#storage} was being saved`,
      {phase: 'save', storage: this.#storage, retriable: true},
    );
  }

  *isOutdated(): SqlWork<boolean> {
    const tables = this.#saved.map(({tableName}) => this.#catalog.find(tableName));
    const locked = tables.flatMap((table) => (table && !table.isView ? [quote(table.name)] : []));
    if (locked.length > 0) {
      yield statement(`LOCK TABLE ${locked.join()} IN SHARE ROW EXCLUSIVE MODE`);
    }
    if (this.#known === undefined) return true;
    return (yield* fingerprint(this.#catalog, this.#saved)) !== this.#known;
  }

  caughtUp(isWhole: boolean): SqlWork<void> {
    return isWhole ? this.#caughtUpWhole() : withoutStatements(() => this.#forget());
  }

  getHints(): RowHints | undefined {
    const hints = new Map<string, Set<Id>>();
    for (const [tableName, ids] of this.#taken) {
      if (!ids) return undefined;
      hints.set(tableName, ids);
    }
    return hints;
  }

  *#caughtUpWhole(): SqlWork<void> {
    const known = yield* fingerprint(this.#catalog, this.#saved);
    this.#forget();
    this.#known = known;
  }

  #forget(): void {
    this.#taken = new Map();
    this.#known = undefined;
  }
}

const add = (
  hints: Map<string, Set<Id> | undefined>,
  tableName: string,
  ids: Iterable<Id> | undefined,
): void => {
  if (!ids) {
    hints.set(tableName, undefined);
    return;
  }
  const known = hints.get(tableName);
  if (hints.has(tableName) && !known) return;
  const all = known ?? new Set<Id>();
  for (const id of ids) all.add(id);
  hints.set(tableName, all);
};

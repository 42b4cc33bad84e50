/**
 * What a database refuses to store, by constraint or by type, found row by row: rows are written together, and
 * whenever that is refused, each half of them by itself, in a savepoint.
 */
import {PersisterError} from '../../errors.ts';
import type {Id} from '../../store/types.ts';
import {statement} from './catalog.ts';
import type {SaveMapping} from './config.ts';
import type {SqlDialect} from './dialect.ts';
import type {CellChanges} from './row-groups.ts';
import type {SqlWork} from './sql-driver.ts';

/** If there are more, it is not rows that are refused: nothing is stored, and the app is told. */
const MAX_REFUSALS = 100;

/** A row, or a value, that has been refused. */
export interface Refused {
  readonly mapping: SaveMapping;
  /** With the mapping of values: the id of the value. */
  readonly id: Id;
  /** `undefined` if it was to be deleted. */
  readonly cells: CellChanges | undefined;
  readonly error: unknown;
}

export class Refusals {
  readonly #dialect: SqlDialect;
  readonly #check: (() => SqlWork<void>) | undefined;
  readonly list: Refused[] = [];
  /** Whether anything has been stored since something was refused, which may have been what was missing. */
  isStale = false;

  /** @param check Fails after work that the database would refuse at the end of the transaction. */
  constructor(dialect: SqlDialect, check?: () => SqlWork<void>) {
    this.#dialect = dialect;
    this.#check = check;
  }

  /** Does work in a savepoint. @returns What the database has refused it with, if it has. */
  *attempt(work: () => SqlWork<void>): SqlWork<unknown> {
    yield statement('SAVEPOINT cellar_attempt');
    try {
      yield* work();
      if (this.#check) yield* this.#check();
    } catch (error) {
      if (this.#dialect.classify(error).isRefusal !== true) throw error;
      yield statement('ROLLBACK TO cellar_attempt');
      yield statement('RELEASE cellar_attempt');
      return error;
    }
    yield statement('RELEASE cellar_attempt');
    return undefined;
  }

  /**
   * Writes items, as many of them together as possible.
   * @param work Writes some. @param refuse Is given each that is refused, and why.
   */
  *each<Item>(
    items: readonly Item[],
    work: (some: readonly Item[]) => SqlWork<void>,
    refuse: (item: Item, error: unknown) => SqlWork<void>,
  ): SqlWork<void> {
    const [first] = items;
    if (first === undefined) return;
    const error = yield* this.attempt(() => work(items));
    if (error === undefined) {
      this.isStale ||= this.list.length > 0;
    } else if (items.length === 1) {
      yield* refuse(first, error);
    } else {
      const middle = items.length >> 1;
      yield* this.each(items.slice(0, middle), work, refuse);
      yield* this.each(items.slice(middle), work, refuse);
    }
  }

  add(mapping: SaveMapping, id: Id, cells: CellChanges | undefined, error: unknown): void {
    if (this.list.length === MAX_REFUSALS) throw error;
    this.list.push({mapping, id, cells, error});
  }

  /** @param storage The name of the storage. */
  toErrors(storage: string): PersisterError[] {
    return this.list.map(({mapping: {tableId, tableName}, id, error}) => {
      const what = tableId === undefined ? `value '${id}'` : `row '${id}'`;
      const reason = error instanceof Error ? error.message : String(error);
      return new PersisterError('DENIED', `'${tableName}' refuses the ${what}: ${reason}`, {
        phase: 'save',
        storage,
        retriable: false,
        ...(tableId === undefined ? {valueId: id} : {tableId, rowId: id}),
        cause: error,
      });
    });
  }
}

/** Records what listeners of every kind are told, as data that can be compared between stores. */
import {isDeepStrictEqual} from 'node:util';
import {call, CELL_IDS, ROW_IDS, TABLE_IDS, VALUE_IDS} from './operations.ts';

/** The kind, then what the listener was called with, after the store; of functions, what they return. */
export type StoreEvent = readonly [kind: string, ...args: readonly unknown[]];

const PATH_LENGTHS: Readonly<Record<string, number>> = {
  HasTables: 0,
  Tables: 0,
  TableIds: 0,
  HasTable: 1,
  Table: 1,
  TableCellIds: 1,
  HasTableCell: 2,
  RowCount: 1,
  RowIds: 1,
  HasRow: 2,
  Row: 2,
  CellIds: 2,
  HasCell: 3,
  Cell: 3,
  InvalidCell: 3,
  HasValues: 0,
  Values: 0,
  ValueIds: 0,
  HasValue: 1,
  Value: 1,
  InvalidValue: 1,
};
export const LISTENER_KINDS: readonly string[] = Object.keys(PATH_LENGTHS);

/** What one getter of a listener tells: of changes, what it says about every cell or value there may be. */
const told = (kind: string, getter: (...ids: string[]) => unknown): unknown => {
  if (kind.endsWith('Ids')) return getter();
  if (kind.startsWith('Value')) {
    return VALUE_IDS.map((valueId) => getter(valueId)).filter(hasChanged);
  }
  return TABLE_IDS.flatMap((tableId) =>
    ROW_IDS.flatMap((rowId) =>
      CELL_IDS.map((cellId) => [tableId, rowId, cellId, getter(tableId, rowId, cellId)]),
    ),
  ).filter(([, , , change]) => hasChanged(change));
};
/** The reference also calls changed what was changed and changed back: not what this is to compare. */
const hasChanged = (change: unknown): boolean =>
  Array.isArray(change) &&
  change[0] === true &&
  change[1] !== change[2] &&
  !isDeepStrictEqual(change[1], change[2]);

type Getter = (...ids: string[]) => unknown;
const isGetter = (argument: unknown): argument is Getter => typeof argument === 'function';

export interface RecordOptions {
  /** The ids to listen to, beside everything. */
  readonly path?: readonly string[];
  readonly mutator?: boolean;
  /** Whether to record what the getters that listeners are handed tell. */
  readonly getters?: boolean;
}

/**
 * Adds a listener of each kind for everything and, where `path` is given, one for just that, and one of
 * each transaction kind.
 * @returns The log, which goes on growing.
 */
export const recordEvents = (
  store: object,
  {path, mutator = false, getters = true}: RecordOptions = {},
): StoreEvent[] => {
  const events: StoreEvent[] = [];
  const mark = mutator ? 'mutator ' : '';
  for (const [kind, length] of Object.entries(PATH_LENGTHS)) {
    const record =
      (suffix: string) =>
      (from: unknown, ...args: readonly unknown[]): void => {
        const facts = args
          .filter((argument) => getters || !isGetter(argument))
          .map((argument) => (isGetter(argument) ? told(kind, argument) : argument));
        events.push([mark + kind + suffix, ...(from === store ? [] : ['another store']), ...facts]);
      };
    const anything = Array.from({length}, () => null);
    call(store, `add${kind}Listener`, [...anything, record(''), mutator]);
    if (path && length > 0) {
      call(store, `add${kind}Listener`, [...path.slice(0, length), record(' here'), mutator]);
    }
  }
  if (!mutator) {
    for (const kind of ['StartTransaction', 'WillFinishTransaction', 'DidFinishTransaction']) {
      const record = (): void => {
        const facts =
          kind === 'DidFinishTransaction'
            ? [call(store, 'getTransactionChanges', []), call(store, 'getTransactionLog', [])]
            : [];
        events.push([kind, ...facts]);
      };
      call(store, `add${kind}Listener`, [record]);
    }
  }
  return events;
};

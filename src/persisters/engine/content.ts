/** The shape of stored content: recognizing it, and applying a difference to it. */
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import type {PreparedContent} from './storage-adapter.ts';

type Branch = Record<string, unknown>;

const isBranch = (data: unknown): data is Branch =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

const isBranchOfBranches = (data: unknown): boolean =>
  isBranch(data) && Object.values(data).every(isBranch);

/**
 * Content as it was read, in the current form, or `undefined` if it is none. Older forms are carried
 * over: bare tables, and tables without values. Looks no deeper than at tables: a row or cell that is no
 * good is refused by the store, and kept, without making the rest unreadable.
 */
export const toContent = (data: unknown): EncodedContent | undefined => {
  if (Array.isArray(data)) {
    const [tables, values = {}] = data as unknown[];
    return data.length < 3 && isBranchOfBranches(tables) && isBranch(values)
      ? ([tables, values] as EncodedContent)
      : undefined;
  }
  return isBranchOfBranches(data) && Object.values(data as Branch).every(isBranchOfBranches)
    ? ([data, {}] as EncodedContent)
    : undefined;
};

/** Whether `data`, as it was read, is content of the other kind. */
export const isPrepared = (data: unknown): data is PreparedContent =>
  typeof data === 'object' &&
  data !== null &&
  'toContent' in data &&
  typeof data.toContent === 'function';

/** Whether `data` is a difference rather than whole content: it says so in its third element. */
export const isChanges = (data: unknown): data is EncodedChanges =>
  Array.isArray(data) &&
  data.length === 3 &&
  data[2] === 1 &&
  isBranch(data[0]) &&
  isBranch(data[1]);

/** Sets an own property, also one named `__proto__`. */
export const setOwn = (branch: object, id: string, value: unknown): void => {
  if (id === '__proto__') {
    Object.defineProperty(branch, id, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else {
    (branch as Branch)[id] = value;
  }
};

/** The own property `id`, or `undefined`. */
export const getOwn = <Value>(branch: Record<string, Value>, id: string): Value | undefined =>
  Object.hasOwn(branch, id) ? branch[id] : undefined;

const hasNothing = (branch: object): boolean => Object.keys(branch).length === 0;

const applyEntries = (target: Branch, changes: Branch): void => {
  for (const id of Object.keys(changes)) {
    const change = changes[id];
    if (change === undefined) {
      delete target[id];
    } else {
      setOwn(target, id, change);
    }
  }
};

const childOf = (branch: Branch, id: string): Branch => {
  const known = getOwn(branch, id);
  if (isBranch(known)) return known;
  const child: Branch = {};
  setOwn(branch, id, child);
  return child;
};

/**
 * Applies changes to `content` in place, in order. Rows and tables left without cells disappear. Costs
 * what the changes cost, whatever the size of the content.
 */
export const applyChangesToContent = (
  content: EncodedContent,
  all: Iterable<EncodedChanges>,
): void => {
  const [tables, values] = content;
  const thinnedTableIds = new Set<string>();
  for (const [changedTables, changedValues] of all) {
    applyEntries(values, changedValues);
    for (const tableId of Object.keys(changedTables)) {
      const rows = changedTables[tableId];
      if (!rows) {
        delete tables[tableId];
        continue;
      }
      const table = childOf(tables, tableId);
      for (const rowId of Object.keys(rows)) {
        const cells = rows[rowId];
        const row = cells ? childOf(table, rowId) : undefined;
        if (row && cells) applyEntries(row, cells);
        if (!row || hasNothing(row)) {
          delete table[rowId];
          thinnedTableIds.add(tableId);
        }
      }
      if (hasNothing(rows)) thinnedTableIds.add(tableId);
    }
  }
  // Looking whether a large table is empty costs as much as the table: once, and only if it may be.
  for (const tableId of thinnedTableIds) {
    const table = getOwn(tables, tableId);
    if (table && hasNothing(table)) delete tables[tableId];
  }
};

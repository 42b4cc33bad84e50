/** The methods that add, call and remove listeners. */
import {decodeCell} from './cell-encoding.ts';
import type {Core, Methods} from './core.ts';
import {Kind, type KindName, type Listener, type Path, PATH_LENGTHS} from './listeners.ts';
import {readMethods, sortedPage} from './read-methods.ts';
import {sortedRowIds} from './sorted-rows.ts';
import {toId} from './to-id.ts';
import type {Id, Ids, ListenerStats, Store} from './types.ts';

type PageArgs = [cellId?: Id, descending?: boolean, offset?: number, limit?: number];
type Call = (...args: unknown[]) => unknown;

const KIND_NAMES = Object.keys(Kind) as KindName[];

const add = (core: Core, kind: Kind, path: Path, call: unknown, isMutator: boolean): Id =>
  core.listeners.add({kind, path, isMutator, call: call as Listener['call']});

/** Calls the listener only when its page has changed since it was last looked at. */
const addSortedRowIdsListener = (core: Core, ...args: unknown[]): Id => {
  const isPage = typeof args[0] === 'object';
  const page = sortedPage(args[0], ...(args.slice(1, isPage ? 1 : 5) as PageArgs));
  const {tableId, cellId, descending = false, offset = 0, limit} = page;
  const [call, isMutator] = args.slice(isPage ? 1 : 5);
  const read = (): Ids => sortedRowIds(core.data.tables.get(tableId), page, true);
  let last = read();
  const callIfChanged = (store: Store): void => {
    const rowIds = read();
    if (rowIds.length === last.length && rowIds.every((rowId, at) => rowId === last[at])) return;
    last = rowIds;
    (call as Call)(store, tableId, cellId, descending, offset, limit, [...rowIds]);
  };
  return add(core, Kind.sortedRowIds, [tableId], callIfChanged, Boolean(isMutator));
};

const adderOf =
  (kind: Kind, depth: number) =>
  (core: Core, ...args: unknown[]): Id => {
    const isMutator = Boolean(args[depth + 1]) && kind < Kind.startTransaction;
    return add(core, kind, args.slice(0, depth) as Path, args[depth], isMutator);
  };

/** What is there of a wildcard's kind, below the ids before it. */
const idsAt = ({data}: Core, kind: Kind, path: readonly Id[]): Ids => {
  if (kind > Kind.invalidCell) return [...data.values.keys()];
  const table = data.tables.get(path[0] ?? '');
  if (path.length === 0) return [...data.tables.keys()];
  if (!table) return [];
  if (kind === Kind.hasTableCell) return [...table.columns.keys()];
  return path.length === 1 ? [...table.rows.keys()] : table.cellIds(path[1] ?? '');
};

/** The arguments with which a listener is called for what has not changed. */
const presentArgs = (core: Core, kind: Kind, path: readonly Id[]): unknown[] => {
  const [tableId = '', rowId = '', cellId = ''] = path;
  if (kind === Kind.cell) {
    const cell = core.data.tables.get(tableId)?.getCell(rowId, cellId);
    return [decodeCell(cell), decodeCell(cell)];
  }
  if (kind === Kind.value) {
    const value = core.data.values.get(tableId);
    return [decodeCell(value), decodeCell(value)];
  }
  const has = readMethods[KIND_NAMES[kind] ?? ''] as Call | undefined;
  return has ? [has(core, ...path)] : [];
};

const callFor = (core: Core, {kind, path, call}: Listener, ids: readonly Id[]): void => {
  if (ids.length === path.length) {
    (call as Call)(core.store, ...ids, ...presentArgs(core, kind, ids));
    return;
  }
  const part = path[ids.length];
  const next = part === null || part === undefined ? idsAt(core, kind, ids) : [part];
  for (const id of next) callFor(core, {kind, path, call, isMutator: false}, [...ids, id]);
};

const adders = Object.fromEntries(
  KIND_NAMES.map((name) => [
    `add${name.charAt(0).toUpperCase()}${name.slice(1)}Listener`,
    name === 'sortedRowIds'
      ? addSortedRowIdsListener
      : adderOf(Kind[name], PATH_LENGTHS[Kind[name]]),
  ]),
);

export const listenMethods: Methods = {
  ...adders,
  callListener: (core: Core, listenerId: Id) => {
    const listener = core.listeners.byId.get(toId(listenerId));
    if (!listener) return core.store;
    const isInvalid = listener.kind === Kind.invalidCell || listener.kind === Kind.invalidValue;
    if (!isInvalid || !listener.path.includes(null)) {
      if (listener.kind === Kind.sortedRowIds) (listener.call as Call)(core.store);
      else callFor(core, listener, []);
    }
    return core.store;
  },
  delListener: (core: Core, listenerId: Id) => {
    core.listeners.delete(toId(listenerId));
    return core.store;
  },
  getListenerStats: ({listeners}: Core): ListenerStats => {
    const stats: Record<string, number> = {};
    for (const name of KIND_NAMES) {
      const stat = Kind[name] < Kind.startTransaction ? name : 'transaction';
      stats[stat] = (stats[stat] ?? 0) + listeners.count(Kind[name]);
    }
    return stats as unknown as ListenerStats;
  },
};

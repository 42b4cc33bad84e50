/** The listeners of a store: who is to be called for what. */
import type {Id} from './types.ts';

/** What can be listened to, in the order in which stats list it. */
export const Kind = {
  hasTables: 0,
  tables: 1,
  tableIds: 2,
  hasTable: 3,
  table: 4,
  tableCellIds: 5,
  hasTableCell: 6,
  rowCount: 7,
  rowIds: 8,
  sortedRowIds: 9,
  hasRow: 10,
  row: 11,
  cellIds: 12,
  hasCell: 13,
  cell: 14,
  invalidCell: 15,
  hasValues: 16,
  values: 17,
  valueIds: 18,
  hasValue: 19,
  value: 20,
  invalidValue: 21,
  startTransaction: 22,
  willFinishTransaction: 23,
  didFinishTransaction: 24,
} as const;
export type KindName = keyof typeof Kind;
export type Kind = (typeof Kind)[KindName];

/** How many ids lead to what a listener of each kind listens to, by kind. */
export const PATH_LENGTHS = [
  0, 0, 0, 1, 1, 1, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 1, 1, 1, 0, 0, 0,
] as const;

/** Sets of kinds are bits. */
export const setOfKinds = (...kinds: Kind[]): number =>
  kinds.reduce((set: number, kind) => set | (1 << kind), 0);

export type Path = readonly (Id | null)[];

export interface Listener {
  readonly kind: Kind;
  readonly path: Path;
  readonly isMutator: boolean;
  readonly call: (...args: never[]) => unknown;
}

/** Listeners by their path, one level per id; `null` is the wildcard. */
interface Node {
  readonly listeners: Set<Listener>;
  readonly children: Map<Id | null, Node>;
}

/** As of the listeners, so of row ids: no more than this are kept for use again. */
const MAX_FREE_IDS = 1000;

const newNode = (): Node => ({listeners: new Set(), children: new Map()});

/** Those to everything of a kind are kept at the root: they come last, and need no looking up. */
const placeOf = ({path}: Listener): Path => (path.every((id) => id === null) ? [] : path);

/** The listeners that may write, or those that may not. */
export class Registry {
  /** Kinds that have any listener. */
  kinds = 0;
  readonly counts: number[] = [];
  readonly #roots: (Node | undefined)[] = [];

  add(listener: Listener): void {
    let node = this.#count(listener, 1);
    for (const part of placeOf(listener)) {
      let child = node.children.get(part);
      if (!child) node.children.set(part, (child = newNode()));
      node = child;
    }
    node.listeners.add(listener);
  }

  delete(listener: Listener): void {
    this.#remove(this.#count(listener, -1), listener, 0);
  }

  /**
   * Calls `visit` for each listener to this path: the exact id before the wildcard at each level, depth first.
   * Listeners that are added meanwhile at the same place are visited, and those that are removed are not.
   */
  forEach(
    kind: Kind,
    path: readonly (Id | undefined)[],
    visit: (listener: Listener) => void,
  ): void {
    const root = this.#roots[kind];
    if (!root) return;
    if (root.children.size > 0) this.#visit(root, path, 0, visit);
    for (const listener of root.listeners) visit(listener);
  }

  #visit(
    node: Node,
    path: readonly (Id | undefined)[],
    depth: number,
    visit: (listener: Listener) => void,
  ): void {
    if (depth === path.length) {
      for (const listener of node.listeners) visit(listener);
      return;
    }
    const id = path[depth];
    const exact = id === undefined ? undefined : node.children.get(id);
    const wild = node.children.get(null);
    if (exact) this.#visit(exact, path, depth + 1, visit);
    if (wild) this.#visit(wild, path, depth + 1, visit);
  }

  #remove(node: Node, listener: Listener, depth: number): void {
    const place = placeOf(listener);
    if (depth === place.length) {
      node.listeners.delete(listener);
      return;
    }
    const part = place[depth] ?? null;
    const child = node.children.get(part);
    if (!child) return;
    this.#remove(child, listener, depth + 1);
    if (child.listeners.size === 0 && child.children.size === 0) node.children.delete(part);
  }

  /** @returns Where the listeners of this kind are kept. */
  #count({kind}: Listener, difference: 1 | -1): Node {
    const count = (this.counts[kind] ?? 0) + difference;
    this.counts[kind] = count;
    this.kinds = count > 0 ? this.kinds | (1 << kind) : this.kinds & ~(1 << kind);
    return (this.#roots[kind] ??= newNode());
  }
}

export class Listeners {
  readonly byId: Map<Id, Listener> = new Map();
  readonly mutators: Registry = new Registry();
  readonly others: Registry = new Registry();
  #nextId = 0;
  readonly #freeIds: Id[] = [];

  count(kind: Kind): number {
    return (this.others.counts[kind] ?? 0) + (this.mutators.counts[kind] ?? 0);
  }

  add(listener: Listener): Id {
    const id = this.#freeIds.shift() ?? String(this.#nextId++);
    this.byId.set(id, listener);
    this.#registryOf(listener).add(listener);
    return id;
  }

  delete(id: Id): void {
    const listener = this.byId.get(id);
    if (!listener) return;
    this.byId.delete(id);
    if (this.#freeIds.length < MAX_FREE_IDS) this.#freeIds.push(id);
    this.#registryOf(listener).delete(listener);
  }

  #registryOf({isMutator}: Listener): Registry {
    return isMutator ? this.mutators : this.others;
  }
}

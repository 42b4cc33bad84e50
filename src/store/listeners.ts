/** The listeners of a store: who is to be called for what. */
import type {Id} from './types.ts';

/** How many ids lead to what a listener of each kind listens to, in the order in which stats list them. */
export const KINDS = {
  hasTables: 0,
  tables: 0,
  tableIds: 0,
  hasTable: 1,
  table: 1,
  tableCellIds: 1,
  hasTableCell: 2,
  rowCount: 1,
  rowIds: 1,
  sortedRowIds: 1,
  hasRow: 2,
  row: 2,
  cellIds: 2,
  hasCell: 3,
  cell: 3,
  invalidCell: 3,
  hasValues: 0,
  values: 0,
  valueIds: 0,
  hasValue: 1,
  value: 1,
  invalidValue: 1,
  startTransaction: 0,
  willFinishTransaction: 0,
  didFinishTransaction: 0,
} as const;
export type Kind = keyof typeof KINDS;

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

export class Listeners {
  readonly byId: Map<Id, Listener> = new Map();
  readonly #roots = new Map<Kind, readonly [others: Node, mutators: Node]>();
  readonly #counts = new Map<Kind, [others: number, mutators: number]>();
  #mutators = 0;
  #nextId = 0;
  readonly #freeIds: Id[] = [];

  get isEmpty(): boolean {
    return this.byId.size === 0;
  }

  get hasMutators(): boolean {
    return this.#mutators > 0;
  }

  count(kind: Kind): number {
    const [others, mutators] = this.#counts.get(kind) ?? [0, 0];
    return others + mutators;
  }

  has(kind: Kind, isMutator: boolean): boolean {
    return (this.#counts.get(kind)?.[isMutator ? 1 : 0] ?? 0) > 0;
  }

  add(listener: Listener): Id {
    const id = this.#freeIds.shift() ?? String(this.#nextId++);
    this.byId.set(id, listener);
    this.#addCount(listener, 1);
    let node = this.#root(listener.kind, listener.isMutator);
    for (const part of listener.path) {
      let child = node.children.get(part);
      if (!child) node.children.set(part, (child = newNode()));
      node = child;
    }
    node.listeners.add(listener);
    return id;
  }

  delete(id: Id): void {
    const listener = this.byId.get(id);
    if (!listener) return;
    this.byId.delete(id);
    if (this.#freeIds.length < MAX_FREE_IDS) this.#freeIds.push(id);
    this.#addCount(listener, -1);
    this.#remove(this.#root(listener.kind, listener.isMutator), listener, 0);
  }

  /**
   * Calls `visit` for each listener to this path: the exact id before the wildcard at each level, depth first.
   * Listeners that are added meanwhile at the same place are visited, and those that are removed are not.
   */
  forEach(
    kind: Kind,
    isMutator: boolean,
    path: readonly (Id | undefined)[],
    visit: (listener: Listener) => void,
  ): void {
    if (this.has(kind, isMutator)) this.#visit(this.#root(kind, isMutator), path, 0, visit);
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
    if (depth === listener.path.length) {
      node.listeners.delete(listener);
      return;
    }
    const part = listener.path[depth] ?? null;
    const child = node.children.get(part);
    if (!child) return;
    this.#remove(child, listener, depth + 1);
    if (child.listeners.size === 0 && child.children.size === 0) node.children.delete(part);
  }

  #addCount({kind, isMutator}: Listener, difference: 1 | -1): void {
    let counts = this.#counts.get(kind);
    if (!counts) this.#counts.set(kind, (counts = [0, 0]));
    counts[isMutator ? 1 : 0] += difference;
    if (isMutator) this.#mutators += difference;
  }

  #root(kind: Kind, isMutator: boolean): Node {
    let roots = this.#roots.get(kind);
    if (!roots) this.#roots.set(kind, (roots = [newNode(), newNode()]));
    return roots[isMutator ? 1 : 0];
  }
}

/**
 * A store that is as plain as can be: maps, whole copies for rollback, and listeners that are told the
 * difference between the copies. It is slow, and has of a store only what the operations and states of
 * the tests need. What is invalid is not reported, and listeners cannot write.
 */
import {LISTENER_KINDS} from './events.ts';
import {type Encoded, isPlainObject} from './model-cells.ts';
import {type ModelEvent, netChanges, netEvents, type Rows} from './model-events.ts';
import {copy, ModelReader, type State} from './model-reader.ts';
import {
  admit,
  admitPart,
  admitWhole,
  type Entries,
  presets,
  readEntries,
  readTableEntries,
} from './model-schema.ts';

interface Allocation {
  next: number;
  freed: string[];
}
type Callback = (store: ModelStore, ...facts: unknown[]) => void;
type Decide = (store: ModelStore) => unknown;

export class ModelStore extends ModelReader {
  #before: State | undefined;
  #depth = 0;
  #failed = false;
  readonly #allocations = new Map<string, Allocation>();
  readonly #listeners: {kind: string; path: unknown[]; callback: Callback; mutator: boolean}[] = [];
  readonly #transactionListeners: {kind: string; callback: Callback}[] = [];

  constructor() {
    super();
    for (const kind of LISTENER_KINDS) {
      const add = (...args: unknown[]): void => {
        const at = args.findIndex((argument) => typeof argument === 'function');
        const callback = args[at] as Callback;
        this.#listeners.push({
          kind,
          path: args.slice(0, at),
          callback,
          mutator: args[at + 1] === true,
        });
      };
      Object.assign(this, {[`add${kind}Listener`]: add});
    }
    for (const kind of ['StartTransaction', 'WillFinishTransaction', 'DidFinishTransaction']) {
      const add = (callback: Callback): number => this.#transactionListeners.push({kind, callback});
      Object.assign(this, {[`add${kind}Listener`]: add});
    }
  }

  // Writing

  setContent(content: unknown): this {
    return this.#write(() => {
      if (!Array.isArray(content)) return;
      const [tables, values] = content as unknown[];
      if (isEmpty(tables)) this.delTables();
      else this.setTables(tables);
      if (isEmpty(values)) this.delValues();
      else this.setValues(values);
    });
  }
  setTables(given: unknown): this {
    return this.#write(() => {
      const tables = this.#admitTables(given);
      if (tables.size === 0) return;
      for (const [t, rows] of tables) this.#replaceTable(t, rows);
      for (const t of this.getTableIds()) if (!tables.has(t)) this.delTable(t);
    });
  }
  setTable(t: string, given: unknown): this {
    return this.#write(() => {
      const rows = this.#admitRows(t, given);
      if (rows.size > 0) this.#replaceTable(t, rows);
    });
  }
  setRow(t: string, r: string, given: unknown): this {
    return this.#write(() => {
      const row = this.#admitRow(t, given);
      if (row) this.#replaceRow(t, r, row);
    });
  }
  addRow(t: string, given: unknown, reuse = true): string | undefined {
    let id: string | undefined;
    this.#write(() => {
      const row = this.#admitRow(t, given);
      if (!row) return;
      const allocation = this.#allocation(t);
      do id = (reuse ? allocation.freed.shift() : undefined) ?? String(allocation.next++);
      while (this.hasRow(t, id));
      this.#replaceRow(t, id, row);
    });
    return id;
  }
  setPartialRow(t: string, r: string, given: unknown): this {
    return this.#write(() => {
      const cells = this.#mayHave(t) ? admitPart(this.#entries(t), given) : undefined;
      if (!cells || cells.size === 0) return;
      this.#putCells(t, r, cells);
    });
  }
  setCell(t: string, r: string, c: string, given: unknown): this {
    return this.#write(() => {
      const cell = isMap(given) ? given(this.getCell(t, r, c)) : given;
      const admitted = this.#mayHave(t) ? admit(this.#entries(t), c, cell) : undefined;
      if (admitted !== undefined) this.#putCells(t, r, new Map([[c, admitted]]));
    });
  }
  setValues(given: unknown): this {
    return this.#write(() => {
      const values = admitWhole(this.state.valuesSchema, given);
      if (!values) return;
      for (const [v, value] of values) put(this.state.values, v, value);
      for (const v of this.getValueIds()) if (!values.has(v)) this.state.values.delete(v);
    });
  }
  setPartialValues(given: unknown): this {
    return this.#write(() => {
      for (const [v, value] of admitPart(this.state.valuesSchema, given) ?? []) {
        put(this.state.values, v, value);
      }
    });
  }
  setValue(v: string, given: unknown): this {
    return this.#write(() => {
      const value = isMap(given) ? given(this.getValue(v)) : given;
      const admitted = admit(this.state.valuesSchema, v, value);
      if (admitted !== undefined) put(this.state.values, v, admitted);
    });
  }
  setTablesSchema(given: unknown): this {
    return this.#write(() => {
      const schema = readTableEntries(given);
      if (!schema) return;
      this.state.tablesSchema = schema;
      const [tables] = this.getContent() as [Record<string, unknown>];
      const admitted = this.#admitTables(tables);
      for (const t of this.getTableIds()) if (!admitted.has(t)) this.delTable(t);
      for (const [t, rows] of admitted) this.#replaceTable(t, rows);
    });
  }
  setValuesSchema(given: unknown): this {
    return this.#write(() => {
      const schema = readEntries(given);
      if (!schema) return;
      this.state.valuesSchema = schema;
      const [, values] = this.getContent() as [unknown, Record<string, unknown>];
      const admitted = admitWhole(schema, values) ?? new Map<string, Encoded>();
      for (const v of this.getValueIds()) if (!admitted.has(v)) this.state.values.delete(v);
      for (const [v, value] of admitted) put(this.state.values, v, value);
    });
  }
  delTablesSchema(): this {
    return this.#write(() => (this.state.tablesSchema = undefined));
  }
  delValuesSchema(): this {
    return this.#write(() => (this.state.valuesSchema = undefined));
  }

  // Deleting

  delTables(): this {
    return this.#write(() => {
      for (const t of this.getTableIds()) this.delTable(t);
    });
  }
  delTable(t: string): this {
    return this.#write(() => {
      for (const r of this.getRowIds(t)) this.delRow(t, r);
    });
  }
  delRow(t: string, r: string): this {
    return this.#write(() => {
      if (!this.hasRow(t, r)) return;
      if (/^\d+$/.test(r)) this.#allocation(t).freed.push(r);
      this.#dropRow(t, r);
    });
  }
  delCell(t: string, r: string, c: string, force = false): this {
    return this.#write(() => {
      if (!this.hasCell(t, r, c)) return;
      const preset = presets(this.#entries(t)).get(c);
      if (preset === undefined) this.#dropCell(t, r, c);
      else if (force) this.delRow(t, r);
      else this.#putCells(t, r, new Map([[c, preset]]));
    });
  }
  delValues(): this {
    return this.#write(() => {
      for (const v of this.getValueIds()) this.delValue(v);
    });
  }
  delValue(v: string): this {
    return this.#write(() => {
      const preset = presets(this.state.valuesSchema).get(v);
      if (!this.hasValue(v)) return;
      if (preset === undefined) this.state.values.delete(v);
      else put(this.state.values, v, preset);
    });
  }

  // Transactions

  transaction(actions: () => unknown, doRollback?: Decide): unknown {
    this.startTransaction();
    let result: unknown;
    try {
      result = actions();
    } catch (error) {
      this.#failed = true;
      this.finishTransaction();
      throw error;
    }
    this.finishTransaction(doRollback);
    return result;
  }
  startTransaction(): this {
    this.#depth++;
    if (this.#depth > 1) return this;
    this.#before = copy(this.state);
    this.#tell('StartTransaction');
    return this;
  }
  finishTransaction(doRollback?: Decide): this {
    if (this.#depth > 1) {
      this.#depth--;
      return this;
    }
    const before = this.#before;
    if (!before) return this;
    if (this.#failed) {
      this.state = before;
    } else {
      this.#dispatch(netEvents(before, this.state), true);
      if (doRollback?.(this) === true) this.state = copy(before);
      this.#tell('WillFinishTransaction');
      this.#dispatch(netEvents(before, this.state), false);
      this.#tell('DidFinishTransaction');
    }
    this.#depth = 0;
    this.#failed = false;
    this.#before = undefined;
    return this;
  }
  getTransactionChanges(): unknown {
    return netChanges(this.#before ?? this.state, this.state);
  }
  /** Nothing: what it has beside what listeners are told is left to the unit tests. */
  getTransactionLog(): unknown {
    return [];
  }

  #write(action: () => unknown): this {
    this.transaction(action);
    return this;
  }
  #tell(kind: string): void {
    for (const listener of this.#transactionListeners)
      if (listener.kind === kind) listener.callback(this);
  }
  #dispatch(events: readonly ModelEvent[], mutators: boolean): void {
    for (const {kind, path, facts} of events) {
      for (const listener of this.#listeners) {
        const matches = listener.path.every((id, index) => id === null || id === path[index]);
        if (listener.kind === kind && listener.mutator === mutators && matches) {
          listener.callback(this, ...facts);
        }
      }
    }
  }

  // Parts

  #entries(t: string): Entries | undefined {
    return this.state.tablesSchema?.get(t);
  }
  #mayHave(t: string): boolean {
    return this.state.tablesSchema?.has(t) ?? true;
  }
  #admitRow(t: string, given: unknown): Map<string, Encoded> | undefined {
    return this.#mayHave(t) ? admitWhole(this.#entries(t), given) : undefined;
  }
  #admitRows(t: string, given: unknown): Rows {
    const rows: Rows = new Map();
    for (const [r, row] of Object.entries(isPlainObject(given) ? given : {})) {
      const admitted = this.#admitRow(t, row);
      if (admitted) rows.set(r, admitted);
    }
    return rows;
  }
  #admitTables(given: unknown): Map<string, Rows> {
    const tables = new Map<string, Rows>();
    for (const [t, table] of Object.entries(isPlainObject(given) ? given : {})) {
      const rows = this.#admitRows(t, table);
      if (rows.size > 0) tables.set(t, rows);
    }
    return tables;
  }
  #allocation(t: string): Allocation {
    const allocation = this.#allocations.get(t) ?? {next: 0, freed: []};
    this.#allocations.set(t, allocation);
    return allocation;
  }
  #replaceTable(t: string, rows: Rows): void {
    for (const [r, row] of rows) this.#replaceRow(t, r, row);
    for (const r of this.getRowIds(t)) if (!rows.has(r)) this.delRow(t, r);
  }
  #replaceRow(t: string, r: string, row: ReadonlyMap<string, Encoded>): void {
    this.#putCells(t, r, row);
    for (const c of this.getCellIds(t, r)) if (!row.has(c)) this.#dropCell(t, r, c);
  }
  /** Sets some cells; a new row gets its defaults as well. */
  #putCells(t: string, r: string, cells: ReadonlyMap<string, Encoded>): void {
    const rows = this.state.tables.get(t) ?? new Map<string, Map<string, Encoded>>();
    const row = rows.get(r) ?? presets(this.#entries(t));
    for (const [c, cell] of cells) put(row, c, cell);
    rows.set(r, row);
    this.state.tables.set(t, rows);
    this.firstUsed.set(t, this.getTableCellIds(t));
  }
  #dropCell(t: string, r: string, c: string): void {
    const row = this.state.tables.get(t)?.get(r);
    row?.delete(c);
    if (row?.size === 0) this.#dropRow(t, r);
    this.firstUsed.set(t, this.getTableCellIds(t));
  }
  #dropRow(t: string, r: string): void {
    const rows = this.state.tables.get(t);
    rows?.delete(r);
    this.firstUsed.set(t, this.getTableCellIds(t));
    if (rows?.size !== 0) return;
    this.state.tables.delete(t);
    this.#allocations.delete(t);
  }
}

/** Equal values are not written: 0 and -0 are equal. */
const put = (map: Map<string, Encoded>, id: string, value: Encoded): void => {
  if (map.get(id) !== value) map.set(id, value);
};
const isMap = (given: unknown): given is (old: unknown) => unknown => typeof given === 'function';
const isEmpty = (given: unknown): boolean =>
  isPlainObject(given) && Object.keys(given).length === 0;

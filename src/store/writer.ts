/**
 * Writing what the app gives: checks each row, as far as it goes, against what a cell can be and what the
 * schema admits, reports what is no good, and writes the rest.
 */
import {decodeCell, encodeCell, encodeStoredCell, isPlainObject} from './cell-encoding.ts';
import type {Cells} from './change-log.ts';
import {objectOf} from './fresh-object.ts';
import type {EncodedCell, RefusalListener} from './internals.ts';
import {gatherColumns} from './gather-columns.ts';
import {InvalidLog} from './invalid-log.ts';
import {
  admits,
  NO_RULES,
  parseTablesSchema,
  parseValuesSchema,
  type Plan,
  planFor,
  type Rules,
} from './schema.ts';
import type {StoreData} from './store-data.ts';
import type {Id} from './types.ts';

/** Cells that are good to be written. */
interface CheckedCells extends Cells {
  /** How many of them are not defaults that were filled in; those come last. */
  readonly given: number;
}

/** All of a row or of the values; what is there of them; the first part of them; more of them. */
type Extent = 'whole' | 'present' | 'new' | 'more';

export class Writer {
  tablesRules: Map<Id, Rules> | undefined;
  valuesRules: Rules | undefined;
  /** What could not be written in the open transaction. */
  invalid: InvalidLog | undefined;
  readonly #data: StoreData;
  /** Stored content is being written, where cells may be encoded. */
  #isStored = false;
  #refused: RefusalListener | undefined;

  constructor(data: StoreData) {
    this.#data = data;
  }

  /** Writes what was stored or sent, where cells may be encoded. */
  writeStored(write: () => void, refused?: RefusalListener): void {
    const before = [this.#isStored, this.#refused] as const;
    this.#isStored = true;
    this.#refused = refused;
    try {
      write();
    } finally {
      [this.#isStored, this.#refused] = before;
    }
  }

  setContent(content: unknown): void {
    if (!Array.isArray(content)) return;
    const [tables, values] = content as unknown[];
    this.setTablesOrNone(tables);
    this.setValuesOrNone(values);
  }

  setTablesOrNone(tables: unknown): void {
    if (isEmptyObject(tables)) this.delTables();
    else this.setTables(tables);
  }

  setValuesOrNone(values: unknown): void {
    if (isEmptyObject(values)) this.delValues();
    else this.setValues(values);
  }

  setTables(tables: unknown): void {
    const good = new Set<Id>();
    if (!isPlainObject(tables) || isEmptyObject(tables)) {
      this.#refuse(undefined, undefined);
      return;
    }
    for (const tableId of Object.keys(tables)) {
      if (this.setTable(tableId, tables[tableId])) good.add(tableId);
    }
    if (good.size === 0) return;
    for (const tableId of this.#data.tables.keys()) {
      if (!good.has(tableId)) this.#data.delTable(tableId);
    }
  }

  /** @returns Whether any of it was good. */
  setTable(tableId: Id, given: unknown): boolean {
    const isKnown = !this.tablesRules || this.tablesRules.has(tableId);
    const ids = isKnown && isPlainObject(given) ? Object.keys(given) : [];
    if (!isPlainObject(given) || ids.length === 0) {
      this.#refuse(tableId, undefined);
      return false;
    }
    const isNew = !this.#data.tables.has(tableId);
    if (isNew && this.#addTable(tableId, ids, given)) return true;
    const good: Id[] = [];
    for (const rowId of ids) {
      if (this.setRow(tableId, rowId, given[rowId])) good.push(rowId);
    }
    const table = this.#data.tables.get(tableId);
    if (table && isNew) {
      table.trim();
    } else if (table && good.length > 0 && good.length < table.rows.size) {
      const rowIds = new Set(good);
      for (const rowId of table.rows.keys()) {
        if (!rowIds.has(rowId)) this.#data.delRow(tableId, rowId);
      }
    }
    return good.length > 0;
  }

  /** Many rows at once, if nobody is to know of each cell. @returns Whether it could, and all of it was good. */
  #addTable(tableId: Id, rowIds: readonly Id[], rows: Readonly<Record<Id, unknown>>): boolean {
    const {log, observer} = this.#data;
    if (observer) return false;
    const encode = this.#isStored ? encodeStoredCell : encodeCell;
    const columns = gatherColumns(rowIds, rows, encode, (cellIds) => {
      const rules = this.tablesRules?.get(tableId);
      return rules && planFor(rules, cellIds);
    });
    if (!columns) return false;
    if (log) for (const rowId of rowIds) log.add(tableId, rowId, undefined, undefined);
    const counts = columns.columns.map(({length}) => length);
    this.#data.tables.set(tableId, this.#data.newTable(columns, counts));
    return true;
  }

  /** @returns Whether any of it was good. */
  setRow(tableId: Id, rowId: Id, row: unknown): boolean {
    const checked = this.#check(row, 'whole', tableId, rowId);
    if (!checked) return false;
    const table = this.#data.tables.get(tableId);
    const slot = table?.rows.get(rowId);
    if (!table || slot === undefined) {
      this.#data.addRow(tableId, rowId, checked, checked.given);
      return true;
    }
    this.#writeCells(tableId, rowId, checked);
    if (table.cellCount(slot) > checked.cellIds.length) {
      const good = new Set(checked.cellIds);
      for (const cellId of table.cellIds(rowId)) {
        if (!good.has(cellId)) this.#data.delCell(tableId, rowId, cellId);
      }
    }
    return true;
  }

  addRow(tableId: Id, row: unknown, reuseRowIds: boolean): Id | undefined {
    const checked = this.#check(row, 'whole', tableId, undefined);
    if (!checked) return undefined;
    const table = this.#data.tables.get(tableId);
    const rowId = table ? table.newRowId(reuseRowIds) : '0';
    this.#data.addRow(tableId, rowId, checked, checked.given);
    if (!table) this.#data.tables.get(tableId)?.skipRowNumber();
    return rowId;
  }

  setPartialRow(tableId: Id, rowId: Id, row: unknown): void {
    const isNew = !this.#data.tables.get(tableId)?.rows.has(rowId);
    const checked = this.#check(row, isNew ? 'new' : 'more', tableId, rowId);
    if (!checked) return;
    if (isNew) this.#data.addRow(tableId, rowId, checked, checked.given);
    else this.#writeCells(tableId, rowId, checked);
  }

  setCell(tableId: Id, rowId: Id, cellId: Id, cell: unknown): void {
    if (this.tablesRules) {
      this.setPartialRow(tableId, rowId, objectOf([[cellId, cell]]));
      return;
    }
    const encoded = this.#encode(cell);
    if (encoded === undefined) this.#refuse(tableId, rowId, cellId, cell);
    else this.#data.setCell(tableId, rowId, cellId, encoded);
  }

  delTables(): void {
    for (const tableId of this.#data.tables.keys()) this.#data.delTable(tableId);
  }

  delCell(tableId: Id, rowId: Id, cellId: Id, forceDel: boolean): void {
    const rule = this.tablesRules?.get(tableId)?.byId.get(cellId);
    if (rule?.default === undefined) this.#data.delCell(tableId, rowId, cellId);
    else if (this.#data.getCell(tableId, rowId, cellId) === undefined) return;
    else if (forceDel) this.#data.delRow(tableId, rowId);
    else this.#data.setCell(tableId, rowId, cellId, rule.default, true);
  }

  setValues(values: unknown): void {
    const checked = this.#check(values, 'whole');
    if (checked) this.#replaceValues(checked);
  }

  setPartialValues(values: unknown): void {
    const checked = this.#check(values, 'more');
    if (checked) this.#writeValues(checked);
  }

  setValue(valueId: Id, value: unknown): void {
    this.setPartialValues(objectOf([[valueId, value]]));
  }

  delValue(valueId: Id): void {
    if (!this.#data.values.has(valueId)) return;
    this.#data.setValue(valueId, this.valuesRules?.byId.get(valueId)?.default, true);
  }

  delValues(): void {
    for (const valueId of this.#data.values.keys()) this.delValue(valueId);
  }

  /** @throws TypeError if `changes` has not the shape of changes. */
  applyChanges(changes: readonly [unknown, unknown, ...unknown[]] | undefined): void {
    if (changes === undefined) return;
    const [tables, values] = changes;
    for (const [tableId, table] of entriesOf(tables)) {
      if (table === undefined) this.#data.delTable(tableId);
      else this.#applyTable(tableId, table);
    }
    for (const [valueId, value] of entriesOf(values)) {
      if (value === undefined) this.delValue(valueId);
      else this.setValue(valueId, value);
    }
  }

  #applyTable(tableId: Id, table: unknown): void {
    for (const [rowId, row] of entriesOf(table)) {
      if (row === undefined) {
        this.#data.delRow(tableId, rowId);
        continue;
      }
      for (const [cellId, cell] of entriesOf(row)) {
        // Not forced: what others delete must not take the row with it.
        if (cell === undefined) this.delCell(tableId, rowId, cellId, false);
        else this.setCell(tableId, rowId, cellId, cell);
      }
    }
  }

  /** What is there is written anew, as far as the new schema admits it. */
  setTablesSchema(schema: unknown): void {
    const rules = parseTablesSchema(schema);
    if (!rules) return;
    this.tablesRules = rules;
    const tables = this.#data.encodedTables();
    if (isEmptyObject(tables)) return;
    this.delTables();
    this.writeStored(() => this.setTables(tables));
  }

  /** Defaults are filled in, but nothing is required of what is there. */
  setValuesSchema(schema: unknown): void {
    const rules = parseValuesSchema(schema);
    if (!rules) return;
    this.valuesRules = rules;
    this.writeStored(() => {
      const values = objectOf(this.#data.values);
      this.#replaceValues(this.#check(values, 'present') ?? {cellIds: [], cells: [], given: 0});
    });
  }

  #encode(cell: unknown): EncodedCell | undefined {
    return this.#isStored ? encodeStoredCell(cell) : encodeCell(cell);
  }

  /**
   * Something is no good: a cell; or all that was given for a row, a table or all tables, which then lacks
   * the ids from there on.
   */
  #refuse(tableId: Id | undefined, rowId: Id | undefined, cellId?: Id, cell?: unknown): void {
    this.#invalidLog?.addCell(tableId, rowId, cellId, this.#shown(cell));
    if (tableId !== undefined) this.#refused?.row(tableId, rowId);
  }

  /** The cell of a row, or without a table, the value. */
  #refusePart(tableId: Id | undefined, rowId: Id | undefined, id?: Id, part?: unknown): void {
    if (tableId !== undefined) {
      this.#refuse(tableId, rowId, id, part);
      return;
    }
    this.#invalidLog?.addValue(id, this.#shown(part));
    if (id !== undefined) this.#refused?.value(id);
  }

  /** Made for the first invalid cell; there is none outside of a transaction. */
  get #invalidLog(): InvalidLog | undefined {
    return this.#data.log && (this.invalid ??= new InvalidLog());
  }

  /** Stored objects that the schema does not admit are shown as objects. */
  #shown(cell: unknown): unknown {
    const encoded = this.#isStored ? encodeStoredCell(cell) : undefined;
    return encoded === undefined ? cell : decodeCell(encoded);
  }

  /** @param tableId Missing: they are values. */
  #check(row: unknown, extent: Extent, tableId?: Id, rowId?: Id): CheckedCells | undefined {
    const rules =
      tableId === undefined
        ? this.valuesRules
        : this.tablesRules && (this.tablesRules.get(tableId) ?? NO_RULES);
    const isRow = isPlainObject(row);
    const checked = isRow ? this.#checkCells(rules, row, extent, tableId, rowId) : undefined;
    if (checked) return checked;
    if (!isRow || isEmptyObject(row)) this.#refusePart(tableId, rowId);
    else if (tableId !== undefined && rowId !== undefined) this.#refused?.row(tableId, rowId);
    return undefined;
  }

  #checkCells(
    rules: Rules | undefined,
    row: Record<Id, unknown>,
    extent: Extent,
    tableId?: Id,
    rowId?: Id,
  ): CheckedCells | undefined {
    const ids = Object.keys(row);
    const plan = rules && planFor(rules, ids);
    const cells: EncodedCell[] = [];
    let cellIds = ids;
    let required = rules?.requiredCount ?? 0;
    if (plan && (extent === 'whole' || extent === 'present')) {
      this.#refuseMissing(plan, tableId, rowId);
    }
    for (let index = 0; index < ids.length; index++) {
      const cellId = ids[index] ?? '';
      const given = row[cellId];
      const rule = plan?.rules[index];
      let cell = this.#encode(given);
      if (cell === undefined || (plan && !(rule && admits(rule, cell)))) {
        this.#refusePart(tableId, rowId, cellId, given);
        cell = rule?.default;
      }
      if (cell !== undefined) {
        if (rule?.isRequired) required--;
        if (cellIds !== ids) cellIds.push(cellId);
        cells.push(cell);
      } else if (cellIds === ids) {
        cellIds = ids.slice(0, index);
      }
    }
    const given = cells.length;
    // Part of a row, if there is nothing of it, makes no row of defaults.
    if (!plan || extent === 'more' || (extent === 'new' && given === 0)) {
      return given > 0 ? {cellIds, cells, given} : undefined;
    }
    // Of the first part of a row, what is no good is missing, too.
    if (extent === 'new') this.#refuseMissing(planFor(rules, [...cellIds]), tableId, rowId);
    for (const [cellId, {default: cell}] of plan.missing) {
      if (cell === undefined) continue;
      if (cellIds === ids) cellIds = [...ids];
      cellIds.push(cellId);
      cells.push(cell);
    }
    const isGood = cells.length > 0 && (extent !== 'whole' || required === 0);
    return isGood ? {cellIds, cells, given} : undefined;
  }

  /** What has a default can be filled in. */
  #refuseMissing({missing}: Plan, tableId: Id | undefined, rowId: Id | undefined): void {
    for (const [id, rule] of missing) {
      if (rule.default === undefined) this.#refusePart(tableId, rowId, id, undefined);
    }
  }

  /** To a row that is there. */
  #writeCells(tableId: Id, rowId: Id, {cellIds, cells, given}: CheckedCells): void {
    for (let index = 0; index < cells.length; index++) {
      const cell = cells[index];
      if (cell === undefined) continue;
      this.#data.setCell(tableId, rowId, cellIds[index] ?? '', cell, index >= given);
    }
  }

  #writeValues({cellIds, cells, given}: CheckedCells): void {
    cells.forEach((value, index) =>
      this.#data.setValue(cellIds[index] ?? '', value, index >= given),
    );
  }

  #replaceValues(checked: CheckedCells): void {
    this.#writeValues(checked);
    const ids = new Set(checked.cellIds);
    for (const valueId of this.#data.values.keys()) {
      if (!ids.has(valueId)) this.delValue(valueId);
    }
  }
}

const isEmptyObject = (thing: unknown): boolean =>
  isPlainObject(thing) && Object.keys(thing).length === 0;

/** The entries of a branch of changes; nothing for what is no object. */
const entriesOf = (branch: unknown): [Id, unknown][] => {
  if (branch === null || branch === undefined) {
    throw new TypeError('changes: expected [tables, values, 1]');
  }
  return typeof branch === 'object' ? Object.entries(branch) : [];
};

/**
 * Writing what the app gives: checks it, as far as it goes, against what a cell can be and what the schema
 * admits, reports what is no good, and writes the rest. Checks everything before it writes anything.
 */
import {encodeCell, isPlainObject} from './cell-encoding.ts';
import type {EncodedCell, RefusalListener} from './internals.ts';
import {parseTablesSchema, parseValuesSchema, type Rules} from './schema.ts';
import type {StoreData} from './store-data.ts';
import type {Id} from './types.ts';

/** Makes the encoded form of a cell that the app gives, or that was stored. */
export type Encode = (cell: unknown) => EncodedCell | undefined;

/** Hears of every cell and value that could not be written. */
export interface InvalidListener {
  cell(tableId: Id | undefined, rowId: Id | undefined, cellId: Id | undefined, cell: unknown): void;
  value(valueId: Id | undefined, value: unknown): void;
}

/** Cells that have been checked, in order; `cellIds` may be shared. */
interface CheckedRow {
  readonly rowId: Id;
  readonly cellIds: readonly Id[];
  readonly cells: readonly EncodedCell[];
}
type CheckedCells = Omit<CheckedRow, 'rowId'>;

type OnInvalid = (id: Id, cell: unknown) => void;

export class Writer {
  tablesRules: Map<Id, Rules> | undefined;
  valuesRules: Rules | undefined;
  /** Set while somebody may want to know. */
  invalid: InvalidListener | undefined;
  /** Set while stored content is written. */
  refused: RefusalListener | undefined;
  encode: Encode = encodeCell;
  readonly #data: StoreData;

  constructor(data: StoreData) {
    this.#data = data;
  }

  setContent(content: unknown): void {
    if (!Array.isArray(content)) return;
    const [tables, values] = content as unknown[];
    if (isPlainObject(tables) && Object.keys(tables).length === 0) this.delTables();
    else this.setTables(tables);
    if (isPlainObject(values) && Object.keys(values).length === 0) this.delValues();
    else this.setValues(values);
  }

  setTables(tables: unknown): void {
    const ids = isPlainObject(tables) ? Object.keys(tables) : [];
    if (!isPlainObject(tables) || ids.length === 0) {
      this.#refuse(undefined, undefined);
      return;
    }
    const checked = new Map<Id, CheckedRow[]>();
    for (const tableId of ids) {
      const rows = this.#checkTable(tableId, tables[tableId]);
      if (rows) checked.set(tableId, rows);
    }
    if (checked.size === 0) return;
    for (const [tableId, rows] of checked) this.#replaceTable(tableId, rows);
    for (const tableId of this.#data.tables.keys()) {
      if (!checked.has(tableId)) this.#data.delTable(tableId);
    }
  }

  setTable(tableId: Id, table: unknown): void {
    const rows = this.#checkTable(tableId, table);
    if (rows) this.#replaceTable(tableId, rows);
  }

  setRow(tableId: Id, rowId: Id, row: unknown): void {
    const checked = this.#checkRow(tableId, rowId, row, true);
    if (checked) this.#replaceRow(tableId, rowId, checked);
  }

  addRow(tableId: Id, row: unknown, reuseRowIds: boolean): Id | undefined {
    const checked = this.#checkRow(tableId, undefined, row, true);
    if (!checked) return undefined;
    const {tables} = this.#data;
    const table = tables.get(tableId);
    const rowId = table ? table.newRowId(reuseRowIds) : '0';
    this.#data.addRow(tableId, rowId, checked.cellIds, checked.cells);
    if (!table) tables.get(tableId)?.skipRowNumber();
    return rowId;
  }

  setPartialRow(tableId: Id, rowId: Id, row: unknown): void {
    const isNew = !this.#data.tables.get(tableId)?.rows.has(rowId);
    const checked = this.#checkRow(tableId, rowId, row, isNew ? 'new' : false);
    if (checked) this.#writeCells(tableId, rowId, checked, isNew);
  }

  setCell(tableId: Id, rowId: Id, cellId: Id, cell: unknown): void {
    if (this.tablesRules) {
      // With `__proto__` as the id, a literal would not do.
      this.setPartialRow(tableId, rowId, Object.fromEntries([[cellId, cell]]));
      return;
    }
    const encoded = this.encode(cell);
    if (encoded === undefined) this.#refuse(tableId, rowId, cellId, cell);
    else this.#data.setCell(tableId, rowId, cellId, encoded);
  }

  delTables(): void {
    for (const tableId of this.#data.tables.keys()) this.#data.delTable(tableId);
  }

  delCell(tableId: Id, rowId: Id, cellId: Id, forceDel: boolean): void {
    const cell = this.tablesRules?.get(tableId)?.byId.get(cellId)?.default;
    const hasCell = this.#data.tables.get(tableId)?.getCell(rowId, cellId) !== undefined;
    if (!hasCell) return;
    if (cell === undefined) this.#data.delCell(tableId, rowId, cellId);
    else if (forceDel) this.#data.delRow(tableId, rowId);
    else this.#data.setCell(tableId, rowId, cellId, cell);
  }

  setValues(values: unknown): void {
    const checked = this.#checkValues(values, true);
    if (!checked) return;
    this.#writeValues(checked);
    const ids = new Set(checked.cellIds);
    for (const valueId of this.#data.values.keys()) {
      if (!ids.has(valueId)) this.#data.delValue(valueId);
    }
  }

  setPartialValues(values: unknown): void {
    const checked = this.#checkValues(values, false);
    if (checked) this.#writeValues(checked);
  }

  setValue(valueId: Id, value: unknown): void {
    this.setPartialValues(Object.fromEntries([[valueId, value]]));
  }

  delValue(valueId: Id): void {
    const value = this.valuesRules?.byId.get(valueId)?.default;
    if (value === undefined) this.#data.delValue(valueId);
    else if (this.#data.values.has(valueId)) this.#data.setValue(valueId, value);
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
      for (const [rowId, row] of table === undefined ? [] : entriesOf(table)) {
        if (row === undefined) this.#data.delRow(tableId, rowId);
        for (const [cellId, cell] of row === undefined ? [] : entriesOf(row)) {
          // Not forced: what others delete must not take the row with it.
          if (cell === undefined) this.delCell(tableId, rowId, cellId, false);
          else this.setCell(tableId, rowId, cellId, cell);
        }
      }
    }
    for (const [valueId, value] of entriesOf(values)) {
      if (value === undefined) this.delValue(valueId);
      else this.setValue(valueId, value);
    }
  }

  /** What is there is written anew, as far as the new schema admits it. */
  setTablesSchema(schema: unknown): void {
    const rules = parseTablesSchema(schema);
    if (!rules) return;
    this.tablesRules = rules;
    const tables = this.#data.encodedTables();
    if (Object.keys(tables).length === 0) return;
    this.delTables();
    this.setTables(tables);
  }

  setValuesSchema(schema: unknown): void {
    const rules = parseValuesSchema(schema);
    if (!rules) return;
    this.valuesRules = rules;
    const values = this.#data.encodedValues();
    const checked = this.#checkValues(values, false, true);
    for (const valueId of this.#data.values.keys()) {
      if (!checked?.cellIds.includes(valueId)) this.#data.delValue(valueId);
    }
    if (checked) this.#writeValues(checked);
  }

  #refuse(tableId: Id | undefined, rowId: Id | undefined, cellId?: Id, cell?: unknown): void {
    this.invalid?.cell(tableId, rowId, cellId, cell);
    if (tableId !== undefined) this.refused?.row(tableId, rowId);
  }

  #checkTable(tableId: Id, table: unknown): CheckedRow[] | undefined {
    const rowIds = isPlainObject(table) ? Object.keys(table) : [];
    const isKnown = !this.tablesRules || this.tablesRules.has(tableId);
    if (!isPlainObject(table) || rowIds.length === 0 || !isKnown) {
      this.#refuse(tableId, undefined);
      return undefined;
    }
    const rows: CheckedRow[] = [];
    for (const rowId of rowIds) {
      const checked = this.#checkRow(tableId, rowId, table[rowId], true);
      if (checked) rows.push({rowId, cellIds: checked.cellIds, cells: checked.cells});
    }
    return rows.length > 0 ? rows : undefined;
  }

  /** @param isWhole Whether it is all of the row; `new`: it is not, but the row is new. */
  #checkRow(
    tableId: Id,
    rowId: Id | undefined,
    row: unknown,
    isWhole: boolean | 'new',
  ): CheckedCells | undefined {
    const rules = this.tablesRules?.get(tableId);
    if (!isPlainObject(row) || (this.tablesRules && !rules)) {
      if (isPlainObject(row)) {
        for (const cellId of Object.keys(row)) this.#refuse(tableId, rowId, cellId, row[cellId]);
      } else this.#refuse(tableId, rowId);
      return undefined;
    }
    const checked = this.#checkCells(rules, row, isWhole, (cellId, cell) =>
      this.#refuse(tableId, rowId, cellId, cell),
    );
    if (!checked && Object.keys(row).length === 0) this.#refuse(tableId, rowId);
    else if (!checked && rowId !== undefined) this.refused?.row(tableId, rowId);
    return checked;
  }

  #checkValues(values: unknown, isWhole: boolean, isStored = false): CheckedCells | undefined {
    if (!isPlainObject(values)) {
      this.invalid?.value(undefined, undefined);
      return undefined;
    }
    const onInvalid: OnInvalid = (valueId, value) => {
      this.invalid?.value(valueId, value);
      this.refused?.value(valueId);
    };
    // Values that a new schema is set over are like a new row: defaults are filled in, nothing is required.
    const checked = this.#checkCells(
      this.valuesRules,
      values,
      isStored ? 'new' : isWhole,
      onInvalid,
    );
    if (!checked && Object.keys(values).length === 0) this.invalid?.value(undefined, undefined);
    return checked;
  }

  #checkCells(
    rules: Rules | undefined,
    row: Record<Id, unknown>,
    isWhole: boolean | 'new',
    onInvalid: OnInvalid,
  ): CheckedCells | undefined {
    const cellIds = Object.keys(row);
    const cells: EncodedCell[] = [];
    let good = cellIds;
    if (rules && isWhole !== false) {
      for (const cellId of rules.withoutDefault) {
        if (!Object.hasOwn(row, cellId)) onInvalid(cellId, undefined);
      }
    }
    for (let index = 0; index < cellIds.length; index++) {
      const cellId = cellIds[index] ?? '';
      const given = row[cellId];
      const encoded = this.encode(given);
      const rule = rules?.byId.get(cellId);
      let cell = encoded;
      if (rules && (encoded === undefined || rule?.admits(encoded) !== true)) {
        onInvalid(cellId, given);
        cell = rule?.default;
      } else if (encoded === undefined) {
        onInvalid(cellId, given);
      }
      if (cell !== undefined) {
        if (good !== cellIds) good.push(cellId);
        cells.push(cell);
      } else if (good === cellIds) {
        good = cellIds.slice(0, index);
      }
    }
    if (rules && isWhole !== false) {
      for (const [cellId, cell] of rules.defaults) {
        if (Object.hasOwn(row, cellId)) continue;
        if (good === cellIds) good = [...cellIds];
        good.push(cellId);
        cells.push(cell);
      }
      if (isWhole === true && !rules.required.every((cellId) => good.includes(cellId))) {
        return undefined;
      }
    }
    return good.length > 0 ? {cellIds: good, cells} : undefined;
  }

  #replaceTable(tableId: Id, rows: readonly CheckedRow[]): void {
    for (const row of rows) this.#replaceRow(tableId, row.rowId, row);
    const table = this.#data.tables.get(tableId);
    if (!table || table.rows.size === rows.length) return;
    const rowIds = new Set(rows.map(({rowId}) => rowId));
    for (const rowId of table.rows.keys()) {
      if (!rowIds.has(rowId)) this.#data.delRow(tableId, rowId);
    }
  }

  #replaceRow(tableId: Id, rowId: Id, checked: CheckedCells): void {
    const table = this.#data.tables.get(tableId);
    const isNew = !table?.rows.has(rowId);
    this.#writeCells(tableId, rowId, checked, isNew);
    if (isNew) return;
    const present = table?.cellIds(rowId) ?? [];
    if (present.length === checked.cellIds.length) return;
    for (const cellId of present) {
      if (!checked.cellIds.includes(cellId)) this.#data.delCell(tableId, rowId, cellId);
    }
  }

  #writeCells(tableId: Id, rowId: Id, {cellIds, cells}: CheckedCells, isNew: boolean): void {
    if (isNew) {
      this.#data.addRow(tableId, rowId, cellIds, cells);
      return;
    }
    for (let index = 0; index < cellIds.length; index++) {
      const [cellId, cell] = [cellIds[index], cells[index]];
      if (cellId !== undefined && cell !== undefined) {
        this.#data.setCell(tableId, rowId, cellId, cell);
      }
    }
  }

  #writeValues({cellIds, cells}: CheckedCells): void {
    cellIds.forEach((valueId, index) => {
      const value = cells[index];
      if (value !== undefined) this.#data.setValue(valueId, value);
    });
  }
}

/** The entries of a branch of changes; nothing for what is no object. */
const entriesOf = (branch: unknown): [Id, unknown][] => {
  if (branch === null || branch === undefined) {
    throw new TypeError('changes: expected [tables, values, 1]');
  }
  return typeof branch === 'object' ? Object.entries(branch) : [];
};

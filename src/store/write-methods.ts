/** The methods that write a store; they return the store, but for `addRow`. */
import {decodeCell} from './cell-encoding.ts';
import type {Core, Methods} from './core.ts';
import {toId} from './to-id.ts';
import type {Id, Json, Store} from './types.ts';
import type {Writer} from './writer.ts';

const write = (core: Core, action: (writer: Writer) => void): Store => {
  core.transactions.write(action);
  return core.store;
};

/** Writes what JSON text holds, where cells may be encoded. */
const writeStored = (core: Core, action: (writer: Writer) => void): Store =>
  write(core, (writer) => writer.writeStored(() => action(writer)));

/** The data, or `undefined` if it is no JSON. */
const parse = (json: Json): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Never throws, whatever listeners do. */
const writeQuietly = (
  core: Core,
  json: Json,
  action: (writer: Writer, content: unknown) => void,
): Store => {
  const content = parse(json);
  try {
    return writeStored(core, (writer) => action(writer, content));
  } catch {
    // That is how these two have always been; the error has undone what was written, or came after it.
    return core.store;
  }
};

/** For what may throw after it has written something: it is undone. */
const inTransaction = (core: Core, action: (writer: Writer) => void): Store => {
  core.transactions.run(action);
  return core.store;
};

export const writeMethods: Methods = {
  setContent: (core: Core, content: unknown) =>
    inTransaction(core, (writer) =>
      writer.setContent(typeof content === 'function' ? (content as () => unknown)() : content),
    ),
  setTables: (core: Core, tables: unknown) =>
    inTransaction(core, (writer) => writer.setTables(tables)),
  setTable: (core: Core, tableId: unknown, table: unknown) =>
    inTransaction(core, (writer) => writer.setTable(toId(tableId), table)),
  setRow: (core: Core, tableId: unknown, rowId: unknown, row: unknown) =>
    write(core, (writer) => writer.setRow(toId(tableId), toId(rowId), row)),
  addRow: (core: Core, tableId: unknown, row: unknown, reuseRowIds = true): Id | undefined =>
    core.transactions.write((writer) => writer.addRow(toId(tableId), row, reuseRowIds)),
  setPartialRow: (core: Core, tableId: unknown, rowId: unknown, row: unknown) =>
    write(core, (writer) => writer.setPartialRow(toId(tableId), toId(rowId), row)),
  setCell: (core: Core, tableId: unknown, rowId: unknown, cellId: unknown, cell: unknown) => {
    if (typeof cell === 'function') {
      // In a transaction of its own, so that what the function writes is undone if it throws.
      const map = cell as (cell: unknown) => unknown;
      return inTransaction(core, (writer) => {
        const [table, row, id] = [toId(tableId), toId(rowId), toId(cellId)];
        writer.setCell(table, row, id, map(decodeCell(core.data.getCell(table, row, id))));
      });
    }
    return write(core, (writer) => writer.setCell(toId(tableId), toId(rowId), toId(cellId), cell));
  },
  setValues: (core: Core, values: unknown) => write(core, (writer) => writer.setValues(values)),
  setPartialValues: (core: Core, values: unknown) =>
    write(core, (writer) => writer.setPartialValues(values)),
  setValue: (core: Core, valueId: unknown, value: unknown) => {
    if (typeof value === 'function') {
      const map = value as (value: unknown) => unknown;
      return inTransaction(core, (writer) => {
        const id = toId(valueId);
        writer.setValue(id, map(decodeCell(core.data.values.get(id))));
      });
    }
    return write(core, (writer) => writer.setValue(toId(valueId), value));
  },
  applyChanges: (core: Core, changes: readonly [unknown, unknown] | undefined) =>
    inTransaction(core, (writer) => writer.applyChanges(changes)),

  setTablesJson: (core: Core, json: Json) =>
    writeQuietly(core, json, (writer, tables) => writer.setTablesOrNone(tables)),
  setValuesJson: (core: Core, json: Json) =>
    writeQuietly(core, json, (writer, values) => writer.setValuesOrNone(values)),
  setJson: (core: Core, json: Json) => {
    const content = parse(json);
    return writeStored(core, (writer) => {
      if (Array.isArray(content)) writer.setContent(content);
      else writer.setTablesOrNone(content);
    });
  },

  setTablesSchema: (core: Core, schema: unknown) =>
    inTransaction(core, (writer) => writer.setTablesSchema(schema)),
  setValuesSchema: (core: Core, schema: unknown) =>
    inTransaction(core, (writer) => writer.setValuesSchema(schema)),
  setSchema: (core: Core, tablesSchema: unknown, valuesSchema?: unknown) =>
    inTransaction(core, (writer) => {
      writer.setTablesSchema(tablesSchema);
      writer.setValuesSchema(valuesSchema);
    }),
  delTablesSchema: (core: Core) =>
    inTransaction(core, (writer) => {
      writer.tablesRules = undefined;
    }),
  delValuesSchema: (core: Core) =>
    inTransaction(core, (writer) => {
      writer.valuesRules = undefined;
    }),
  delSchema: (core: Core) =>
    inTransaction(core, (writer) => {
      writer.tablesRules = writer.valuesRules = undefined;
    }),

  delTables: (core: Core) => write(core, (writer) => writer.delTables()),
  delTable: (core: Core, tableId: unknown) => write(core, () => core.data.delTable(toId(tableId))),
  delRow: (core: Core, tableId: unknown, rowId: unknown) =>
    write(core, () => core.data.delRow(toId(tableId), toId(rowId))),
  delCell: (core: Core, tableId: unknown, rowId: unknown, cellId: unknown, forceDel = false) =>
    write(core, (writer) => writer.delCell(toId(tableId), toId(rowId), toId(cellId), forceDel)),
  delValues: (core: Core) => write(core, (writer) => writer.delValues()),
  delValue: (core: Core, valueId: unknown) =>
    write(core, (writer) => writer.delValue(toId(valueId))),
};

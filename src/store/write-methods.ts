/** The methods that write a store; they return the store, but for `addRow`. */
import {decodeCell, encodeStoredCell, isPlainObject} from './cell-encoding.ts';
import {type Core, type Methods, toId} from './core.ts';
import type {Id, Json, Store} from './types.ts';
import type {Writer} from './writer.ts';

const write = (core: Core, action: (writer: Writer) => void): Store => {
  core.transactions.write(() => action(core.writer));
  return core.store;
};

/** Writes what JSON text holds, where cells may be encoded. */
const writeStored = (core: Core, action: (writer: Writer) => void): Store =>
  write(core, (writer) => {
    const {encode} = writer;
    writer.encode = encodeStoredCell;
    try {
      action(writer);
    } finally {
      writer.encode = encode;
    }
  });

/** The data, or `undefined` if it is no JSON. */
const parse = (json: Json): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const isEmptyObject = (thing: unknown): boolean =>
  isPlainObject(thing) && Object.keys(thing).length === 0;

export const writeMethods: Methods = {
  setContent: (core: Core, content: unknown) =>
    write(core, (writer) =>
      writer.setContent(typeof content === 'function' ? (content as () => unknown)() : content),
    ),
  setTables: (core: Core, tables: unknown) => write(core, (writer) => writer.setTables(tables)),
  setTable: (core: Core, tableId: unknown, table: unknown) =>
    write(core, (writer) => writer.setTable(toId(tableId), table)),
  setRow: (core: Core, tableId: unknown, rowId: unknown, row: unknown) =>
    write(core, (writer) => writer.setRow(toId(tableId), toId(rowId), row)),
  addRow: (core: Core, tableId: unknown, row: unknown, reuseRowIds = true): Id | undefined =>
    core.transactions.write(() => core.writer.addRow(toId(tableId), row, reuseRowIds)),
  setPartialRow: (core: Core, tableId: unknown, rowId: unknown, row: unknown) =>
    write(core, (writer) => writer.setPartialRow(toId(tableId), toId(rowId), row)),
  setCell: (core: Core, tableId: unknown, rowId: unknown, cellId: unknown, cell: unknown) => {
    if (typeof cell === 'function') {
      // In a transaction of its own, so that what the function writes is undone if it throws.
      const map = cell as (cell: unknown) => unknown;
      core.transactions.run(() => {
        const [table, row, id] = [toId(tableId), toId(rowId), toId(cellId)];
        const old = decodeCell(core.data.tables.get(table)?.getCell(row, id));
        core.writer.setCell(table, row, id, map(old));
      });
      return core.store;
    }
    return write(core, (writer) => writer.setCell(toId(tableId), toId(rowId), toId(cellId), cell));
  },
  setValues: (core: Core, values: unknown) => write(core, (writer) => writer.setValues(values)),
  setPartialValues: (core: Core, values: unknown) =>
    write(core, (writer) => writer.setPartialValues(values)),
  setValue: (core: Core, valueId: unknown, value: unknown) => {
    if (typeof value === 'function') {
      const map = value as (value: unknown) => unknown;
      core.transactions.run(() => {
        const id = toId(valueId);
        core.writer.setValue(id, map(decodeCell(core.data.values.get(id))));
      });
      return core.store;
    }
    return write(core, (writer) => writer.setValue(toId(valueId), value));
  },
  applyChanges: (core: Core, changes: readonly [unknown, unknown] | undefined) => {
    core.transactions.run(() => core.writer.applyChanges(changes));
    return core.store;
  },

  setTablesJson: (core: Core, json: Json): Store => {
    const tables = parse(json);
    try {
      return writeStored(core, (writer) => {
        if (isEmptyObject(tables)) writer.delTables();
        else writer.setTables(tables);
      });
    } catch {
      // Never throws, whatever listeners do: that is how it has always been.
      return core.store;
    }
  },
  setValuesJson: (core: Core, json: Json): Store => {
    const values = parse(json);
    try {
      return writeStored(core, (writer) => {
        if (isEmptyObject(values)) writer.delValues();
        else writer.setValues(values);
      });
    } catch {
      return core.store;
    }
  },
  setJson: (core: Core, json: Json) => {
    const content = parse(json);
    return writeStored(core, (writer) => {
      if (Array.isArray(content)) writer.setContent(content);
      else if (isEmptyObject(content)) writer.delTables();
      else writer.setTables(content);
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

/** With stored cells, since what is there is written anew. */
const inTransaction = (core: Core, action: (writer: Writer) => void): Store => {
  core.transactions.run(() => writeStored(core, action));
  return core.store;
};

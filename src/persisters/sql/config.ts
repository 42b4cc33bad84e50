/** What a database persister keeps where: checks what apps ask for, and fills in the rest. */
import type {Id} from '../../store/types.ts';
import {numberOption} from '../engine/options.ts';

/** The whole store as JSON text in one row. The default. */
export interface DatabasePersisterConfigJson {
  readonly mode: 'json';
  /** Default `tinybase`. */
  readonly storeTableName?: string;
  /** The column of the row's id, which is `_`. Default `_id`. */
  readonly storeIdColumnName?: string;
  /** The column of the JSON. Default `store`. */
  readonly storeColumnName?: string;
  /** Where nothing tells of changes, how long auto-loading waits between looking for them. Default 1. */
  readonly autoLoadIntervalSeconds?: number;
}

/** Which table of a database is loaded into which table of the store. */
export interface DatabasePersisterTableLoad {
  readonly tableId: Id;
  /** The column whose values are the row ids. Default `_id`. */
  readonly rowIdColumnName?: string;
  /** SQL that rows must meet, in which `$tableName` stands for the table. Default: all rows. */
  readonly condition?: string;
}

/** Which table of the store is saved in which table of a database. */
export interface DatabasePersisterTableSave {
  readonly tableName: string;
  /** Default `_id`. */
  readonly rowIdColumnName?: string;
  /** Whether a whole save drops columns that no row uses. Never with a condition. Default false. */
  readonly deleteEmptyColumns?: boolean;
  /** Whether a whole save drops a table that has become empty. Never with a condition. Default false. */
  readonly deleteEmptyTable?: boolean;
  /** Rows that do not meet it are never touched. Default: the condition under which that table is loaded. */
  readonly condition?: string;
}

/** Tables of the store as tables of the database, cells as columns. */
export interface DatabasePersisterConfigTabular {
  readonly mode: 'tabular';
  readonly tables?: {
    /** By name of the database's table; a string is a `tableId`. */
    readonly load?: Readonly<
      Record<string, DatabasePersisterTableLoad | Id | false | null | undefined>
    >;
    /** By id of the store's table; a string is a `tableName`. */
    readonly save?: Readonly<
      Record<Id, DatabasePersisterTableSave | string | false | null | undefined>
    >;
  };
  readonly values?: {
    /** Whether values are loaded; a list: these only. Default false. */
    readonly load?: boolean | readonly Id[];
    /** Whether values are saved; a list: these only. Default false. */
    readonly save?: boolean | readonly Id[];
    /** The table of the values, which has one row, `_`. Default `tinybase_values`. */
    readonly tableName?: string;
  };
  readonly autoLoadIntervalSeconds?: number;
}

export type DatabasePersisterConfig = DatabasePersisterConfigJson | DatabasePersisterConfigTabular;

/** How one table of the store and one of the database belong together, in one direction. */
export interface TableMapping {
  readonly tableName: string;
  /** `undefined`: its only row, `_`, holds the values. */
  readonly tableId: Id | undefined;
  readonly rowIdColumnName: string;
  /** SQL, `undefined` for all rows. */
  readonly condition: string | undefined;
}

export interface SaveMapping extends TableMapping {
  readonly deleteEmptyColumns: boolean;
  readonly deleteEmptyTable: boolean;
}

export interface JsonConfig {
  readonly mode: 'json';
  readonly tableName: string;
  readonly idColumnName: string;
  readonly storeColumnName: string;
  readonly pollIntervalMs: number;
}

export interface TabularConfig {
  readonly mode: 'tabular';
  readonly load: readonly TableMapping[];
  readonly save: readonly SaveMapping[];
  /** Which values are loaded, or saved; `true` for all. */
  readonly loadedValues: boolean | readonly Id[];
  readonly savedValues: boolean | readonly Id[];
  readonly pollIntervalMs: number;
}

/** The only row of the table of values, and of the table of a store as JSON. */
export const ONLY_ROW = '_';
/** The core's own tables: what the form of a mapped table cannot tell. */
export const COLUMNS_TABLE = 'cellar_columns';
export const CELLS_TABLE = 'cellar_cells';
/** And those by which databases tell of writes. */
const OWN_TABLES = [COLUMNS_TABLE, CELLS_TABLE, 'cellar_changes', 'cellar_watchers'];

const DEFAULT_ROW_ID_COLUMN = '_id';

const fail = (path: string, expected: string): never => {
  throw new TypeError(`config.${path}: expected ${expected}`);
};

const objectAt = (value: unknown, path: string): Record<string, unknown> => {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  return fail(path, 'an object');
};

const nameAt = (value: unknown, path: string, fallback?: string): string => {
  if (value === undefined && fallback !== undefined) return fallback;
  if (typeof value === 'string' && value !== '' && !value.includes('\0')) return value;
  return fail(path, 'a string that is not empty');
};

const booleanAt = (value: unknown, path: string): boolean => {
  if (value === undefined) return false;
  return typeof value === 'boolean' ? value : fail(path, 'a boolean');
};

const conditionAt = (value: unknown, path: string): string | undefined => {
  if (value === undefined || value === 'true') return undefined;
  if (typeof value === 'string' && value.includes('$tableName')) return value;
  return fail(path, "SQL with $tableName in it, or 'true'");
};

const valuesAt = (value: unknown, path: string): boolean | readonly Id[] => {
  if (value === undefined || typeof value === 'boolean') return value === true;
  const ids: unknown[] = Array.isArray(value) ? value : [undefined];
  return ids.every((id): id is Id => typeof id === 'string')
    ? [...new Set(ids)]
    : fail(path, 'a boolean or a list of ids');
};

/** Entries that are not switched off by being `false`, `null` or `undefined`. */
const entriesAt = (value: unknown, path: string): [string, unknown][] =>
  Object.entries(objectAt(value, path)).filter(
    ([, entry]) => entry !== undefined && entry !== null && entry !== false,
  );

const assertFree = (tableName: string, valuesTable: string, path: string): void => {
  if (tableName === valuesTable) fail(path, `another name than that of the table of values`);
  if (OWN_TABLES.includes(tableName)) {
    fail(path, `another name than '${tableName}', which is used otherwise`);
  }
};

/** What several entries have said already must not be said again. */
const assertNew = (names: Set<string>, name: string, path: string): void => {
  if (names.has(name)) fail(path, `a name that no other entry has, not '${name}' again`);
  names.add(name);
};

const resolveLoads = (value: unknown, valuesTable: string): TableMapping[] => {
  const tableIds = new Set<string>();
  return entriesAt(value, 'tables.load').map(([tableName, entry]) => {
    const path = `tables.load[${JSON.stringify(tableName)}]`;
    assertFree(nameAt(tableName, path), valuesTable, path);
    const load = typeof entry === 'string' ? {tableId: entry} : objectAt(entry, path);
    const {tableId, rowIdColumnName, condition} = load;
    if (typeof tableId !== 'string') return fail(`${path}.tableId`, 'a string');
    assertNew(tableIds, tableId, `${path}.tableId`);
    return {
      tableName,
      tableId,
      rowIdColumnName: nameAt(rowIdColumnName, `${path}.rowIdColumnName`, DEFAULT_ROW_ID_COLUMN),
      condition: conditionAt(condition, `${path}.condition`),
    };
  });
};

const resolveSaves = (
  value: unknown,
  valuesTable: string,
  loads: readonly TableMapping[],
): SaveMapping[] => {
  const tableNames = new Set<string>();
  return entriesAt(value, 'tables.save').map(([tableId, entry]) => {
    const path = `tables.save[${JSON.stringify(tableId)}]`;
    const save = typeof entry === 'string' ? {tableName: entry} : objectAt(entry, path);
    const options = save;
    const tableName = nameAt(options['tableName'], `${path}.tableName`);
    assertFree(tableName, valuesTable, `${path}.tableName`);
    assertNew(tableNames, tableName, `${path}.tableName`);
    const load = loads.find((mapping) => mapping.tableName === tableName);
    return {
      tableName,
      tableId,
      rowIdColumnName: nameAt(
        options['rowIdColumnName'],
        `${path}.rowIdColumnName`,
        DEFAULT_ROW_ID_COLUMN,
      ),
      condition:
        options['condition'] === undefined
          ? load?.condition
          : conditionAt(options['condition'], `${path}.condition`),
      deleteEmptyColumns: booleanAt(options['deleteEmptyColumns'], `${path}.deleteEmptyColumns`),
      deleteEmptyTable: booleanAt(options['deleteEmptyTable'], `${path}.deleteEmptyTable`),
    };
  });
};

const resolveTabular = (config: Record<string, unknown>, pollIntervalMs: number): TabularConfig => {
  const tables = objectAt(config['tables'], 'tables');
  const values = objectAt(config['values'], 'values');
  const valuesTable = nameAt(values['tableName'], 'values.tableName', 'tinybase_values');
  const load = resolveLoads(tables['load'], valuesTable);
  const save = resolveSaves(tables['save'], valuesTable, load);
  const loadedValues = valuesAt(values['load'], 'values.load');
  const savedValues = valuesAt(values['save'], 'values.save');
  const valuesMapping = {
    tableName: valuesTable,
    tableId: undefined,
    rowIdColumnName: DEFAULT_ROW_ID_COLUMN,
    condition: undefined,
  };
  const ownsValues = savedValues === true;
  return {
    mode: 'tabular',
    load: loadedValues === false ? load : [valuesMapping, ...load],
    save:
      savedValues === false
        ? save
        : [
            {...valuesMapping, deleteEmptyColumns: ownsValues, deleteEmptyTable: ownsValues},
            ...save,
          ],
    loadedValues,
    savedValues,
    pollIntervalMs,
  };
};

/**
 * @param configOrTableName A string is the `storeTableName` of a store as JSON.
 * @throws TypeError that names the entry which is no good.
 */
export const resolveConfig = (
  configOrTableName: DatabasePersisterConfig | string | undefined,
): JsonConfig | TabularConfig => {
  const config = objectAt(
    typeof configOrTableName === 'string' ? {storeTableName: configOrTableName} : configOrTableName,
    'config',
  );
  const seconds = config['autoLoadIntervalSeconds'] as number | undefined;
  const pollIntervalMs = numberOption(seconds, 'config.autoLoadIntervalSeconds', 1) * 1_000;
  const {mode = 'json'} = config;
  if (mode === 'tabular') return resolveTabular(config, pollIntervalMs);
  if (mode !== 'json') return fail('mode', "'json' or 'tabular'");
  const idColumnName = nameAt(config['storeIdColumnName'], 'storeIdColumnName', '_id');
  const storeColumnName = nameAt(config['storeColumnName'], 'storeColumnName', 'store');
  if (idColumnName === storeColumnName) fail('storeColumnName', 'another name than that of the id');
  return {
    mode,
    tableName: nameAt(config['storeTableName'], 'storeTableName', 'tinybase'),
    idColumnName,
    storeColumnName,
    pollIntervalMs,
  };
};

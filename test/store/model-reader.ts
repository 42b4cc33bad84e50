/** The part of the naive store that is read: maps, and everything else computed from them at each call. */
import {decode, objectOf} from './model-cells.ts';
import type {ModelContent, Rows} from './model-events.ts';
import type {Entries, TableEntries} from './model-schema.ts';

export interface State extends ModelContent {
  tablesSchema: TableEntries | undefined;
  valuesSchema: Entries | undefined;
}

/** A copy that shares nothing that is ever changed. */
export const copy = ({tables, values, ...schemas}: State): State => ({
  tables: new Map(
    [...tables].map(([t, rows]) => [t, new Map([...rows].map(([r, row]) => [r, new Map(row)]))]),
  ),
  values: new Map(values),
  ...schemas,
});

export class ModelReader {
  protected state: State = {
    tables: new Map(),
    values: new Map(),
    tablesSchema: undefined,
    valuesSchema: undefined,
  };
  /** The cell ids of each table, in the order in which they came into use. */
  protected readonly firstUsed: Map<string, string[]> = new Map();

  getContent(): unknown {
    const table = (rows: Rows): unknown =>
      objectOf(
        [...rows].map(([r, row]) => [r, objectOf([...row].map(([c, cell]) => [c, decode(cell)]))]),
      );
    return [
      objectOf([...this.state.tables].map(([t, rows]) => [t, table(rows)])),
      objectOf([...this.state.values].map(([v, value]) => [v, decode(value)])),
    ];
  }
  getJson(): string {
    const tables = [...this.state.tables].map(
      ([t, rows]) => [t, objectOf([...rows].map(([r, row]) => [r, objectOf(row)]))] as const,
    );
    return JSON.stringify([objectOf(tables), objectOf(this.state.values)]);
  }
  getSchemaJson(): string {
    return '[]';
  }
  getTableIds(): string[] {
    return [...this.state.tables.keys()];
  }
  getRowIds(t: string): string[] {
    return [...(this.state.tables.get(t)?.keys() ?? [])];
  }
  getCellIds(t: string, r: string): string[] {
    return [...(this.state.tables.get(t)?.get(r)?.keys() ?? [])];
  }
  getTableCellIds(t: string): string[] {
    const used = new Set(this.getRowIds(t).flatMap((r) => this.getCellIds(t, r)));
    return [...new Set([...(this.firstUsed.get(t) ?? []), ...used])].filter((c) => used.has(c));
  }
  getRowCount(t: string): number {
    return this.getRowIds(t).length;
  }
  getValueIds(): string[] {
    return [...this.state.values.keys()];
  }
  getCell(t: string, r: string, c: string): unknown {
    return decode(this.state.tables.get(t)?.get(r)?.get(c));
  }
  getValue(v: string): unknown {
    return decode(this.state.values.get(v));
  }
  hasTables(): boolean {
    return this.state.tables.size > 0;
  }
  hasValues(): boolean {
    return this.state.values.size > 0;
  }
  hasTable(t: string): boolean {
    return this.state.tables.has(t);
  }
  hasTableCell(t: string, c: string): boolean {
    return this.getTableCellIds(t).includes(c);
  }
  hasRow(t: string, r: string): boolean {
    return this.state.tables.get(t)?.has(r) === true;
  }
  hasCell(t: string, r: string, c: string): boolean {
    return this.state.tables.get(t)?.get(r)?.has(c) === true;
  }
  hasValue(v: string): boolean {
    return this.state.values.has(v);
  }
  getSortedRowIds(t: string, c?: string, descending = false, offset = 0, limit?: number): string[] {
    const keyed = this.getRowIds(t).map((r) => ({
      r,
      key: c === undefined ? r : this.getCell(t, r, c),
    }));
    const compare = (a: unknown, b: unknown): number => {
      const [x, y] = [(a ?? 0) as number, (b ?? 0) as number];
      return x < y ? -1 : y < x ? 1 : 0;
    };
    keyed.sort((a, b) => compare(a.key, b.key));
    const sorted = keyed.map(({r}) => r);
    if (descending) sorted.reverse();
    return sorted.slice(offset, limit === undefined ? undefined : offset + limit);
  }
}

/** What listeners are to be told of a transaction: nothing but the difference of two contents. */
import {decode, type Encoded, objectOf} from './model-cells.ts';

export type Rows = Map<string, Map<string, Encoded>>;
export interface ModelContent {
  tables: Map<string, Rows>;
  values: Map<string, Encoded>;
}
/** A kind of listener, the path that it has to match, and what it is told after the store. */
export interface ModelEvent {
  readonly kind: string;
  readonly path: readonly string[];
  readonly facts: readonly unknown[];
}

type Sign = 1 | -1;
const either = (one: Iterable<string>, other: Iterable<string>): string[] => [
  ...new Set([...one, ...other]),
];
const keys = (map: ReadonlyMap<string, unknown> | undefined): string[] => [...(map?.keys() ?? [])];

/** The ids in one but not in the other: -1 if in the first, 1 if in the second. */
const idChanges = (before: readonly string[], after: readonly string[]): Map<string, Sign> =>
  new Map(
    either(before, after)
      .filter((id) => before.includes(id) !== after.includes(id))
      .map((id) => [id, after.includes(id) ? 1 : -1]),
  );
const cellIdsOf = (rows: Rows | undefined): string[] =>
  either(
    [],
    [...(rows?.values() ?? [])].flatMap((row) => [...row.keys()]),
  );

export const netEvents = (before: ModelContent, after: ModelContent): ModelEvent[] => {
  const events: ModelEvent[] = [];
  const emit = (kind: string, path: readonly string[], ...facts: unknown[]): void => {
    events.push({kind, path, facts: [...path, ...facts]});
  };
  const ids = (kind: string, has: string, path: string[], changes: Map<string, Sign>): void => {
    if (changes.size === 0) return;
    emit(kind, path, () => objectOf(changes));
    for (const [id, sign] of changes) emit(has, [...path, id], sign === 1);
  };
  const cellAt = (content: ModelContent, t: string, r: string, c: string): Encoded | undefined =>
    content.tables.get(t)?.get(r)?.get(c);
  const cellChange = (t: string, r: string, c: string): unknown => {
    const [old, now] = [cellAt(before, t, r, c), cellAt(after, t, r, c)];
    return [old !== now, decode(old), decode(now)];
  };
  const valueChange = (v: string): unknown => {
    const [old, now] = [before.values.get(v), after.values.get(v)];
    return [old !== now, decode(old), decode(now)];
  };

  if (before.tables.size > 0 !== after.tables.size > 0)
    emit('HasTables', [], after.tables.size > 0);
  ids('TableIds', 'HasTable', [], idChanges(keys(before.tables), keys(after.tables)));
  let anyTable = false;
  for (const t of either(before.tables.keys(), after.tables.keys())) {
    const [old, now] = [before.tables.get(t), after.tables.get(t)];
    ids('TableCellIds', 'HasTableCell', [t], idChanges(cellIdsOf(old), cellIdsOf(now)));
    if ((old?.size ?? 0) !== (now?.size ?? 0)) emit('RowCount', [t], now?.size ?? 0);
    ids('RowIds', 'HasRow', [t], idChanges(keys(old), keys(now)));
    let anyRow = false;
    for (const r of either(keys(old), keys(now))) {
      const [oldRow, newRow] = [old?.get(r), now?.get(r)];
      ids('CellIds', 'HasCell', [t, r], idChanges(keys(oldRow), keys(newRow)));
      const changed = either(keys(oldRow), keys(newRow)).filter(
        (c) => oldRow?.get(c) !== newRow?.get(c),
      );
      for (const c of changed) {
        emit('Cell', [t, r, c], decode(newRow?.get(c)), decode(oldRow?.get(c)), cellChange);
      }
      if (changed.length > 0) emit('Row', [t, r], cellChange);
      anyRow ||= changed.length > 0;
    }
    if (anyRow) emit('Table', [t], cellChange);
    anyTable ||= anyRow;
  }
  if (anyTable) emit('Tables', [], cellChange);

  if (before.values.size > 0 !== after.values.size > 0)
    emit('HasValues', [], after.values.size > 0);
  ids('ValueIds', 'HasValue', [], idChanges(keys(before.values), keys(after.values)));
  const changed = either(keys(before.values), keys(after.values)).filter(
    (v) => before.values.get(v) !== after.values.get(v),
  );
  for (const v of changed) {
    emit('Value', [v], decode(after.values.get(v)), decode(before.values.get(v)), valueChange);
  }
  if (changed.length > 0) emit('Values', [], valueChange);
  return events;
};

/** What `getTransactionChanges` is to return. */
export const netChanges = (before: ModelContent, after: ModelContent): unknown => {
  const tables: [string, unknown][] = [];
  for (const t of either(before.tables.keys(), after.tables.keys())) {
    const [old, now] = [before.tables.get(t), after.tables.get(t)];
    if (!now) {
      tables.push([t, undefined]);
      continue;
    }
    const rows: [string, unknown][] = [];
    for (const r of either(keys(old), keys(now))) {
      const row = now.get(r);
      const cells = difference(old?.get(r), row);
      if (!row || cells.length > 0) rows.push([r, row && objectOf(cells)]);
    }
    if (rows.length > 0) tables.push([t, objectOf(rows)]);
  }
  return [objectOf(tables), objectOf(difference(before.values, after.values)), 1];
};

const difference = (
  before: ReadonlyMap<string, Encoded> | undefined,
  after: ReadonlyMap<string, Encoded> | undefined,
): [string, unknown][] =>
  either(keys(before), keys(after))
    .filter((id) => before?.get(id) !== after?.get(id))
    .map((id) => [id, decode(after?.get(id))]);

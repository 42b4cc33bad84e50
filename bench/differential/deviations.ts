/**
 * Where the store is different from the reference on purpose, or where nobody can rely on the reference,
 * and so is not compared. Numbers are those of the list of the reference's defects.
 *
 * - S1, a rollback restores objects and arrays: rollbacks are compared with plain cells only. Where
 *   something was rolled back, neither is the order of ids; and where a schema was, neither is what was
 *   invalid, as the reference writes rows anew.
 * - A rollback does not give back the ids that `addRow` took, where the reference starts anew if the table was
 *   gone meanwhile, be it during the rollback itself: where there are rollbacks, `addRow` is not called.
 * - S3, the transaction log and invalid cells show objects and arrays, not their encoded text.
 * - S6, setting a values schema keeps the values although a required one is missing: none is required here.
 * - A partial row that makes a new row is looked at as a whole, where the reference reports cells as missing
 *   that come later in it: where there is a schema, partial rows have one cell.
 * - Rows, tables and halves of content that are no objects are invalid, where the reference throws if there
 *   is a schema: where there is one, there are none.
 * - S5, the table id of `addRow` is coerced first: all ids here are strings.
 * - Defaults that are objects are admitted by the schema that they are in, where the reference reports
 *   them as invalid when it applies the schema: schemas are compared without such defaults.
 * - `getCellChange` and `getValueChange` say that what was changed back has not changed, where the
 *   reference says that it has, unless it was never asked to change: see `events.ts`.
 * - In mutator listeners, `getCellChange` tells what had changed when they were about to be called, where the
 *   reference includes what other mutator listeners wrote; so does the count of `RowCount`. And what was
 *   invalid in what cell mutators wrote to values is not told to mutators. Where they write, none of this is asked.
 * - Listeners of ids are called for tables, rows and cells in the order in which these were first touched,
 *   where the reference puts one that was added, removed and added again last, and goes by the first
 *   change of the respective kind.
 * - S11, rows that tie are sorted stably: pages that cut through ties are not compared.
 * - Setting a schema touches only what it changes, where the reference writes all values anew: where schemas
 *   are set over data, it is not compared whether anything was touched.
 * - Setting a schema leaves the order of rows and cells as it is, where the reference puts those with
 *   integer ids first: where schemas are set over data, neither is the order of ids.
 */
import {inspect} from 'node:util';
import type {StoreEvent} from '../../test/store/events.ts';

const decoded = (value: unknown): unknown =>
  typeof value === 'string' && /^\uFFFD[[{]/.test(value) ? JSON.parse(value.slice(1)) : value;

const isPlain = (value: unknown): value is Record<string, unknown> => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
};

/** Data in which what is different on purpose is the same. */
export const withoutDeviations = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutDeviations);
  if (!isPlain(value)) return decoded(value);
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutDeviations(inner)]);
  const same = Object.fromEntries(entries);
  return Object.setPrototypeOf(same, Object.getPrototypeOf(value));
};

/** The events without whether anything was touched, and perhaps without what was invalid. */
export const withoutLogged = (events: readonly StoreEvent[], invalid: boolean): StoreEvent[] =>
  events
    .filter(([kind]) => !invalid || !kind.includes('Invalid'))
    .map((event) => {
      const [kind, changes, log] = event;
      if (kind !== 'DidFinishTransaction' || !Array.isArray(log)) return event;
      return [
        kind,
        changes,
        log.filter((_, index) => index > 1 && !(invalid && [3, 5].includes(index))),
      ];
    });

const STAGES = [
  /TableCell/,
  /RowCount/,
  /RowIds|HasRow/,
  /CellIds|HasCell/,
  /HasTable$/,
  /HasValue$/,
  /^(Cell|Row|Table)$/,
  /^Value$/,
];
const stageOf = ([kind]: StoreEvent): string => {
  const [mutator, name] = kind.startsWith('mutator ') ? ['mutator', kind.slice(8)] : ['', kind];
  const stage = STAGES.findIndex((pattern) => pattern.test(name.replace(' here', '')));
  return stage < 0 ? '' : `${mutator} ${String(stage)}`;
};

/** The events in the order of their kinds; those of kinds that take turns, or of one kind, sorted. */
export const inComparableOrder = (events: readonly StoreEvent[]): string[] => {
  const runs: StoreEvent[][] = [];
  let last = '';
  for (const event of events) {
    const stage = stageOf(event);
    if (stage !== '' && stage === last) runs.at(-1)?.push(event);
    else runs.push([event]);
    last = stage;
  }
  return runs.flatMap((run) =>
    run.map((event) => inspect(withoutDeviations(event), {depth: null, sorted: true})).sort(),
  );
};

/** What has become of content: the changes that lead from one to another. */
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import {getOwn, setOwn} from './content.ts';

/**
 * The entries in which `to` differs from `from`, `undefined` for those it lacks.
 * @param compare Gives the difference of two entries that both have, `undefined` if there is none.
 */
const differenceOfBranches = <Value, Difference>(
  from: Record<string, Value>,
  to: Record<string, Value>,
  compare: (from: Value | undefined, to: Value) => Difference | undefined,
): Record<string, Difference | undefined> => {
  const difference: Record<string, Difference | undefined> = {};
  for (const id of Object.keys(from)) {
    if (!Object.hasOwn(to, id)) setOwn(difference, id, undefined);
  }
  for (const id of Object.keys(to)) {
    const entry = compare(getOwn(from, id), to[id] as Value);
    if (entry !== undefined) setOwn(difference, id, entry);
  }
  return difference;
};

const isEmpty = (branch: object): boolean => Object.keys(branch).length === 0;

/** The same for entries that are branches themselves; one that is new is there even if it is empty. */
const nested =
  <Value, Difference>(compare: (from: Value | undefined, to: Value) => Difference | undefined) =>
  (from: Record<string, Value> | undefined, to: Record<string, Value>) => {
    const difference = differenceOfBranches(from ?? {}, to, compare);
    return from && isEmpty(difference) ? undefined : difference;
  };

/** The changes that turn `from` into `to`. */
export const differenceOf = (from: EncodedContent, to: EncodedContent): EncodedChanges => {
  type Cell = EncodedContent[1][string];
  const cell = (old: Cell | undefined, now: Cell): Cell | undefined =>
    old === now ? undefined : now;
  return [
    differenceOfBranches(from[0], to[0], nested(nested(cell))),
    differenceOfBranches(from[1], to[1], cell),
    1,
  ];
};

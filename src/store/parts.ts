/**
 * Things with ids, in the order in which they were added. Most transactions touch one cell of one row, for
 * which a map would cost more than all the rest.
 */
import type {Id} from './types.ts';

/** Up to so many are looked through. */
const MAX_UNINDEXED = 8;

export interface Parts<Part extends {readonly id: Id}> {
  list: Part[];
  /** Made when there are many. */
  byId: Map<Id, Part> | undefined;
}

export const newParts = <Part extends {readonly id: Id}>(): Parts<Part> => ({
  list: [],
  byId: undefined,
});

export const partOf = <Part extends {readonly id: Id}>(
  parts: Parts<Part>,
  id: Id,
): Part | undefined => {
  const {list} = parts;
  if (list.length > MAX_UNINDEXED) {
    parts.byId ??= new Map(list.map((part) => [part.id, part]));
    return parts.byId.get(id);
  }
  for (let index = 0; index < list.length; index++) if (list[index]?.id === id) return list[index];
  return undefined;
};

/** @param part Its id is a new one. */
export const addPart = <Part extends {readonly id: Id}>(parts: Parts<Part>, part: Part): Part => {
  // A list that begins with one part takes a tenth of the room that one which grows to it takes.
  if (parts.list.length === 0) parts.list = [part];
  else parts.list.push(part);
  parts.byId?.set(part.id, part);
  return part;
};

export const keepParts = <Part extends {readonly id: Id}>(
  parts: Parts<Part>,
  isKept: (part: Part) => boolean,
): void => {
  if (parts.list.every(isKept)) return;
  parts.list = parts.list.filter(isKept);
  parts.byId = undefined;
};

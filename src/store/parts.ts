/**
 * Things with ids, in the order in which they were added. Most transactions touch one cell of one row, for
 * which a map would cost more than all the rest.
 */
import type {Id} from './types.ts';

/** Up to so many are looked through. */
const MAX_UNINDEXED = 8;

export class Parts<Part extends {readonly id: Id}> {
  list: readonly Part[] = [];
  #byId: Map<Id, Part> | undefined;

  get(id: Id): Part | undefined {
    const {list} = this;
    if (list.length > MAX_UNINDEXED) {
      this.#byId ??= new Map(list.map((part) => [part.id, part]));
      return this.#byId.get(id);
    }
    for (const part of list) if (part.id === id) return part;
    return undefined;
  }

  /** @param part Its id is a new one. */
  add(part: Part): Part {
    // A list that begins with one part takes a tenth of the room that one which grows to it takes.
    if (this.list.length === 0) this.list = [part];
    else (this.list as Part[]).push(part);
    this.#byId?.set(part.id, part);
    return part;
  }

  keepOnly(isKept: (part: Part) => boolean): void {
    this.list = this.list.filter(isKept);
    this.#byId = undefined;
  }
}

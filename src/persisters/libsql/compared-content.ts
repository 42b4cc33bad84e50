/** What a libSQL server stores as far as we know: before everything is replaced, it is compared with what is there. */
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import {applyChangesToContent} from '../engine/content.ts';
import type {KnownContent} from '../sql/change-tracker.ts';

/** Whatever the order of tables, rows and cells. */
const isEqual = (one: unknown, other: unknown): boolean => {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return one === other;
  const ids = Object.keys(one);
  return (
    ids.length === Object.keys(other).length &&
    ids.every(
      (id) =>
        Object.hasOwn(other, id) &&
        isEqual((one as Record<string, unknown>)[id], (other as Record<string, unknown>)[id]),
    )
  );
};

export class ComparedContent implements KnownContent {
  #content: EncodedContent | undefined;

  set(content: EncodedContent): void {
    this.#content = structuredClone(content);
  }

  apply(changes: EncodedChanges): void {
    if (this.#content) applyChangesToContent(this.#content, [structuredClone(changes)]);
  }

  isSame(content: EncodedContent): boolean {
    return isEqual(this.#content, content);
  }
}

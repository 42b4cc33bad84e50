/**
 * A store as JSON text, for storages that keep one text. Rows are serialized in chunks, and a chunk whose
 * rows have not changed keeps its text: after a small change most parts are the very strings of last time.
 */
import {internalsOf} from '../../store/store-internals.ts';
import type {StoreInternals} from '../../store/internals.ts';
import type {AnyStore, Store} from '../../store/types.ts';
import type {GetContent} from './storage-adapter.ts';

interface CachedChunk {
  readonly revision: number;
  readonly isFirst: boolean;
  readonly text: string;
}

export class JsonText {
  readonly #store: Store;
  readonly #internals: StoreInternals;
  #chunks = new Map<string, CachedChunk[]>();

  constructor(store: AnyStore) {
    this.#store = store as Store;
    this.#internals = internalsOf(store);
  }

  /**
   * Parts whose concatenation is the JSON text of the whole content, `[tables, values]`.
   * @throws PersisterError `UNAVAILABLE` while a transaction is open, as `getContent` does.
   */
  parts(getContent: GetContent): readonly string[] {
    if (getContent.holdsMore || this.#internals.isInTransaction()) {
      return [JSON.stringify(getContent())];
    }
    const parts = ['[{'];
    const chunks = new Map<string, CachedChunk[]>();
    for (const tableId of this.#store.getTableIds()) {
      parts.push(`${chunks.size > 0 ? ',' : ''}${JSON.stringify(tableId)}:{`);
      chunks.set(tableId, this.#addRows(tableId, parts));
      parts.push('}');
    }
    this.#chunks = chunks; // forgets tables that are gone
    parts.push('},{', this.#valuesText(), '}]');
    return parts;
  }

  #addRows(tableId: string, parts: string[]): CachedChunk[] {
    const known = this.#chunks.get(tableId) ?? [];
    const chunks: CachedChunk[] = [];
    let isFirst = true;
    this.#internals.forEachRowChunk(tableId, (index, revision, getJson) => {
      let chunk = known[index];
      if (chunk?.revision !== revision || chunk.isFirst !== isFirst) {
        const json = getJson();
        chunk = {revision, isFirst, text: isFirst || json === '' ? json : `,${json}`};
      }
      chunks[index] = chunk;
      if (chunk.text !== '') {
        parts.push(chunk.text);
        isFirst = false;
      }
    });
    return chunks;
  }

  #valuesText(): string {
    return this.#store
      .getValueIds()
      .map((id) => `${JSON.stringify(id)}:${JSON.stringify(this.#internals.getValue(id))}`)
      .join(',');
  }
}

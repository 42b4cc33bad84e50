/** The rows of a store in chunks of JSON text. A chunk whose rows have not changed keeps its revision. */
import type {EncodedContent, StoreInternals} from '../../store/internals.ts';
import {internalsOf} from '../../store/store-internals.ts';
import type {AnyStore, Id, Store} from '../../store/types.ts';
import type {GetContent} from '../engine/storage-adapter.ts';

export interface Chunk {
  /** Never that of another chunk, nor of the same after a change. */
  readonly revision: number;
  /** The rows as JSON text without the outer braces; may be empty. */
  getText(): string;
}

/** Content of this moment: only valid until the store changes. */
export interface ChunkedContent {
  readonly tables: readonly (readonly [Id, readonly Chunk[]])[];
  /** JSON text. */
  readonly values: string;
  /** Whether all chunks must be taken now, as they have no revisions to tell a later one by. */
  readonly isFleeting: boolean;
}

const CHUNK_ROWS = 256;

const sliceRows = (rows: object): Chunk[] => {
  const entries = Object.entries(rows);
  const chunks: Chunk[] = [];
  for (let start = 0; start < entries.length; start += CHUNK_ROWS) {
    const part = entries.slice(start, start + CHUNK_ROWS);
    const toText = ([rowId, row]: [Id, unknown]): string =>
      `${JSON.stringify(rowId)}:${JSON.stringify(row)}`;
    chunks.push({revision: NaN, getText: () => part.map(toText).join(',')});
  }
  return chunks;
};

const chunkContent = ([tables, values]: EncodedContent): ChunkedContent => ({
  tables: Object.entries(tables).map(([tableId, rows]) => [tableId, sliceRows(rows)]),
  values: JSON.stringify(values),
  isFleeting: true,
});

export class RowChunks {
  readonly #store: Store;
  readonly #internals: StoreInternals;

  constructor(store: AnyStore) {
    this.#store = store as Store;
    this.#internals = internalsOf(store);
  }

  /** @throws PersisterError `UNAVAILABLE` while a transaction is open, as `getContent` does. */
  take(getContent: GetContent): ChunkedContent {
    if (getContent.holdsMore || this.#internals.isInTransaction()) {
      return chunkContent(getContent());
    }
    const tables = this.#store.getTableIds().map((tableId): [Id, Chunk[]] => {
      const chunks: Chunk[] = [];
      this.#internals.forEachRowChunk(tableId, (_index, revision, getText) => {
        chunks.push({revision, getText});
      });
      return [tableId, chunks];
    });
    const values = this.#store
      .getValueIds()
      .map((id) => `${JSON.stringify(id)}:${JSON.stringify(this.#internals.getValue(id))}`)
      .join(',');
    return {tables, values: `{${values}}`, isFleeting: false};
  }
}

/**
 * A snapshot in the making, over several turns in which the store may change: what has changed since it was
 * taken is taken again, until nothing has. Then, and only then, the chunks are the content of one moment.
 */
import {getUniqueId} from '../../shared/unique-id.ts';
import type {Id} from '../../store/types.ts';
import {ROWS, rowsKey, type Snapshot} from './layout.ts';
import type {ChunkedContent} from './row-chunks.ts';

interface Draft {
  /** `undefined` if there are no rows in it. */
  readonly number: number | undefined;
  readonly length: number;
}

/** So many chunks are made in one turn: a few milliseconds. */
const CHUNKS_PER_STEP = 24;
/** After so many steps beyond those it should have taken, the store changes too fast: all at once then. */
const SPARE_STEPS = 8;

/** But for what is not its content. */
export type DraftedSnapshot = Omit<Snapshot, 'isFold' | 'writers'>;

export class SnapshotDraft {
  readonly revision: number;
  readonly generation: string = getUniqueId();
  readonly #drafts = new Map<number, Draft>();
  #batch: [number: number, text: string][] = [];
  #count = 0;
  #steps = 0;

  constructor(revision: number) {
    this.revision = revision;
  }

  /**
   * Takes some of what has not been taken, which {@link put} then stores.
   * @returns The record that completes the snapshot, if nothing is left.
   */
  take({tables, values, isFleeting}: ChunkedContent): DraftedSnapshot | undefined {
    this.#batch = [];
    const total = tables.reduce((sum, [, chunks]) => sum + chunks.length, 0);
    const isHopeless = ++this.#steps > total / CHUNKS_PER_STEP + SPARE_STEPS;
    const limit = isFleeting || isHopeless ? Infinity : CHUNKS_PER_STEP;
    const layout: [Id, number[]][] = [];
    let {length} = values;
    let taken = 0;
    for (const [tableId, chunks] of tables) {
      const numbers: number[] = [];
      for (const chunk of chunks) {
        let draft = isFleeting ? undefined : this.#drafts.get(chunk.revision);
        if (!draft) {
          if (taken++ === limit) return undefined;
          draft = this.#draft(chunk.getText());
          this.#drafts.set(chunk.revision, draft);
        }
        if (draft.number !== undefined) numbers.push(draft.number);
        length += draft.length;
      }
      layout.push([tableId, numbers]);
    }
    const {revision, generation} = this;
    return {
      ...{revision, kind: 'snapshot', format: 1, content: 'tables', generation},
      ...{tables: layout, values, length},
    };
  }

  /** Stores what was taken last. */
  put(transaction: IDBTransaction): void {
    const rows = transaction.objectStore(ROWS);
    for (const [number, text] of this.#batch) {
      rows.put([number, text], rowsKey(this.revision, this.generation, number));
    }
  }

  #draft(text: string): Draft {
    if (text === '') return {number: undefined, length: 0};
    const number = this.#count++;
    this.#batch.push([number, text]);
    return {number, length: text.length};
  }
}

/** Turns the parts of a text into bytes, in batches, so that the host has its turns in between. */
import {crc32} from 'node:zlib';

const BATCH_LENGTH = 1 << 19;

export class BatchEncoder {
  /** Bytes of the parts of last time. Kept only where the same text is written again and again. */
  #known: Map<string, Buffer> | undefined;

  constructor(keepsBytes: boolean) {
    this.#known = keepsBytes ? new Map() : undefined;
  }

  *encode(parts: readonly string[]): Generator<Buffer[]> {
    const known = this.#known;
    const next = known && new Map<string, Buffer>();
    let batch: string[] = [];
    let length = 0;
    const flush = (): Buffer[] => {
      const encoded = next ? batch.map(encodeKnown) : [Buffer.from(batch.join(''))];
      batch = [];
      length = 0;
      return encoded;
    };
    const encodeKnown = (part: string): Buffer => {
      const bytes = known?.get(part) ?? Buffer.from(part);
      next?.set(part, bytes);
      return bytes;
    };
    for (const part of parts) {
      batch.push(part);
      length += part.length;
      if (length >= BATCH_LENGTH) yield flush();
    }
    yield flush();
    this.#known = next;
  }
}

/** Counts and sums up what passes through. */
export class Meter {
  bytes = 0;
  crc32 = 0;
  readonly #needsCrc: boolean;

  constructor(needsCrc: boolean) {
    this.#needsCrc = needsCrc;
  }

  *measure(batches: Iterable<readonly Buffer[]>): Generator<readonly Buffer[]> {
    for (const batch of batches) {
      for (const bytes of batch) {
        this.bytes += bytes.length;
        if (this.#needsCrc) this.crc32 = crc32(bytes, this.crc32);
      }
      yield batch;
    }
  }
}

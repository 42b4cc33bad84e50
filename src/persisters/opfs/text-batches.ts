/** A text on its way into a file: in batches, so that the page has its turns in between, and summed up. */
import {crc32} from '../engine/crc32.ts';

const BATCH_LENGTH = 1 << 18;

export class TextBatches {
  bytes = 0;
  crc32 = 0;
  readonly #parts: readonly string[];
  readonly #needsCrc: boolean;

  constructor(parts: readonly string[], needsCrc: boolean) {
    this.#parts = parts;
    this.#needsCrc = needsCrc;
  }

  /**
   * Writes all of it; whoever closes the stream makes it take effect.
   * @returns The stream, which has been aborted if this fails.
   */
  async writeTo(
    stream: FileSystemWritableFileStream,
    signal: AbortSignal,
  ): Promise<FileSystemWritableFileStream> {
    this.bytes = 0;
    this.crc32 = 0;
    try {
      for (const bytes of this.#encode()) {
        signal.throwIfAborted();
        this.bytes += bytes.length;
        if (this.#needsCrc) this.crc32 = crc32(bytes, this.crc32);
        await stream.write(bytes);
      }
      return stream;
    } catch (error) {
      await stream.abort();
      throw error;
    }
  }

  *#encode(): Generator<Uint8Array<ArrayBuffer>> {
    const encoder = new TextEncoder();
    let batch: string[] = [];
    let length = 0;
    for (const part of this.#parts) {
      batch.push(part);
      length += part.length;
      if (length < BATCH_LENGTH) continue;
      yield encoder.encode(batch.join(''));
      batch = [];
      length = 0;
    }
    yield encoder.encode(batch.join(''));
  }
}

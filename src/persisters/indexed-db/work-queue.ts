import type {PersisterPhase} from '../../errors.ts';
import {OperationQueue} from '../engine/operation-queue.ts';
import {toIndexedDbError} from './indexed-db-error.ts';

/** Does one thing after the other: what is past its deadline may still be running when the next one comes. */
export class WorkQueue {
  readonly #queue = new OperationQueue();
  readonly #storage: string;

  /** @param storage As the adapter is called in errors. */
  constructor(storage: string) {
    this.#storage = storage;
  }

  /** What fails does so in the words of persisters. What has been given up before its turn is not done. */
  run<Result>(
    phase: PersisterPhase,
    signal: AbortSignal,
    work: () => Promise<Result> | Result,
  ): Promise<Result> {
    return this.#queue.run(async () => {
      try {
        signal.throwIfAborted();
        return await work();
      } catch (error) {
        throw toIndexedDbError(error, phase, this.#storage);
      }
    });
  }
}

/** The operations of one persister: queued with those of others on the same resource, shown as its status. */
import {queueFor, type OperationQueue} from './operation-queue.ts';
import {Status} from './persister-types.ts';

export class Operations {
  readonly #queue: OperationQueue;
  readonly #onStatus: (status: Status) => void;
  /** What is running or waiting here, in order. */
  readonly #kinds: Status[] = [];
  #status: Status = Status.Idle;

  constructor(resource: object | undefined, onStatus: (status: Status) => void) {
    this.#queue = queueFor(resource);
    this.#onStatus = onStatus;
  }

  get status(): Status {
    return this.#status;
  }

  /** Whether nothing runs or waits, here or at others that share the resource. */
  get isIdle(): boolean {
    return this.#queue.isIdle;
  }

  /** Whether an operation of this kind runs or waits here. */
  has(kind: Status): boolean {
    return this.#kinds.includes(kind);
  }

  async run<Result>(kind: Status, action: () => Promise<Result>): Promise<Result> {
    this.#kinds.push(kind);
    this.#refresh();
    try {
      return await this.#queue.run(action);
    } finally {
      this.#end(kind);
    }
  }

  /** The same at once and in one go, for when nothing runs or waits. */
  runNow(kind: Status, action: () => void): void {
    this.#kinds.push(kind);
    this.#refresh();
    try {
      action();
    } finally {
      this.#end(kind); // not the last one, if the action has made others wait
    }
  }

  #end(kind: Status): void {
    this.#kinds.splice(this.#kinds.indexOf(kind), 1);
    this.#refresh();
  }

  #refresh(): void {
    const status = this.#kinds.find((kind) => kind !== Status.Idle) ?? Status.Idle;
    if (status === this.#status) return;
    this.#status = status;
    this.#onStatus(status);
  }
}

/** Runs actions one at a time, in order. */
export class OperationQueue {
  readonly #waiting: (() => Promise<void>)[] = [];
  #isRunning = false;

  get isIdle(): boolean {
    return !this.#isRunning;
  }

  /** Settles as `action` does, once it has run. */
  run<Result>(action: () => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#waiting.push(() => action().then(resolve, reject));
      if (!this.#isRunning) {
        this.#isRunning = true;
        // In a microtask, so that whatever the caller still does in this turn comes before the action.
        queueMicrotask(() => void this.#drain());
      }
    });
  }

  async #drain(): Promise<void> {
    // Nothing is awaited between finding the queue empty and saying so: no action can slip in between.
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await next();
    this.#isRunning = false;
  }
}

const queues = new WeakMap<object, OperationQueue>();

/** The queue that everybody who uses `resource` shares; one of its own for `undefined`. */
export const queueFor = (resource: object | undefined): OperationQueue => {
  if (!resource) return new OperationQueue();
  let queue = queues.get(resource);
  if (!queue) queues.set(resource, (queue = new OperationQueue()));
  return queue;
};

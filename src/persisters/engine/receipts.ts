/** Promises that are kept once storage has acknowledged a given local transaction. */
interface Receipt {
  readonly sequence: number;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

export class Receipts {
  #waiting: Receipt[] = [];

  /** Resolves once all local transactions up to number `sequence` are durable. */
  wait(sequence: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({sequence, resolve, reject});
    });
  }

  acknowledge(sequence: number): void {
    const kept = this.#waiting.filter((receipt) => receipt.sequence <= sequence);
    this.#waiting = this.#waiting.filter((receipt) => receipt.sequence > sequence);
    for (const {resolve} of kept) resolve();
  }

  /** @param sequence Those who wait for later transactions go on doing so. */
  reject(reason: unknown, sequence: number = Infinity): void {
    const broken = this.#waiting.filter((receipt) => receipt.sequence <= sequence);
    this.#waiting = this.#waiting.filter((receipt) => receipt.sequence > sequence);
    for (const {reject} of broken) reject(reason);
  }
}

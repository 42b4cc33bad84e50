/** Tells the other tabs that something has been written: a hint to look, no more. */
export class ChangeSignal {
  readonly #name: string;
  #channel: BroadcastChannel | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Tells all but ourselves. */
  send(): void {
    this.#open()?.postMessage(null);
  }

  /** Calls `onSignal` when another one has sent; returns what stops that. */
  listen(onSignal: () => void): () => void {
    const channel = this.#open();
    channel?.addEventListener('message', onSignal);
    return () => channel?.removeEventListener('message', onSignal);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = undefined;
  }

  #open(): BroadcastChannel | undefined {
    if (typeof BroadcastChannel === 'undefined') return undefined;
    this.#channel ??= new BroadcastChannel(this.#name);
    return this.#channel;
  }
}

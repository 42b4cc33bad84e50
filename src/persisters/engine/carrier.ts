/** What the page may not live long enough to write is left with the adapter, which keeps it at once. */
import type {EngineContext} from './engine-context.ts';
import {isPageHidden} from './page-leave.ts';

export class Carrier {
  readonly #context: EngineContext;
  /** The latest transaction that was left with the adapter, until storage has acknowledged it. */
  #carried: number | undefined;
  /** Whether the page has been about to go, and has not been seen again. */
  #isLeaving = false;
  /** Whether it goes now: nothing that is put off is certain to be done. */
  #isGoing = false;
  #isPlanned = false;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** The page is about to go. */
  leave(isGoing: boolean): void {
    this.#isLeaving = true;
    this.#isGoing = isGoing;
    this.#carry();
  }

  /** Something has changed: nobody may tell again that the page goes. */
  noteChange(): void {
    this.#isLeaving &&= isPageHidden();
    if (this.#isLeaving && this.#isGoing) this.#carry();
    if (!this.#isLeaving || this.#isGoing || this.#isPlanned) return;
    this.#isPlanned = true;
    queueMicrotask(() => {
      this.#isPlanned = false;
      this.#carry();
    });
  }

  /** The storage has acknowledged all transactions up to this one. */
  acknowledge(sequence: number): void {
    if (this.#carried === undefined || sequence < this.#carried) return;
    this.#carried = undefined;
    this.#call(undefined);
  }

  #carry(): void {
    const {adapter, binding} = this.#context;
    if (!adapter.carry) return;
    void binding.whenIdle(() => {
      const unsaved = binding.getUnsaved();
      // Also if there is nothing: the adapter may get ready for what comes in the last moment.
      if (!unsaved) this.#call(undefined);
      else if (this.#call(...unsaved)) this.#carried = binding.sequence;
    });
  }

  #call(...unsaved: Parameters<NonNullable<EngineContext['adapter']['carry']>>): boolean {
    const {adapter, reporter} = this.#context;
    try {
      adapter.carry?.(...unsaved);
      return true;
    } catch (error) {
      reporter.report(error, 'save');
      return false;
    }
  }
}

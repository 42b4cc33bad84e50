/**
 * Delays between attempts: exponential back-off with full jitter, so that many clients which failed
 * together do not come back together.
 * @see Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
import type {PersisterError} from '../../errors.ts';
import {type Clock, MAX_TIMEOUT_MS} from './clock.ts';

export class BackOff {
  readonly #options: {
    readonly clock: Clock;
    readonly minDelayMs: number;
    readonly maxDelayMs: number;
  };
  readonly #onDue: () => void;
  #callOff: (() => void) | undefined;
  #dueAt: number | undefined;
  /** Until when the storage wants to be left alone. */
  #restUntil = 0;
  #isBackground = false;
  #failures = 0;

  constructor(
    options: {readonly clock: Clock; readonly minDelayMs: number; readonly maxDelayMs: number},
    onDue: () => void,
  ) {
    this.#options = options;
    this.#onDue = onDue;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** When the next attempt is due, in milliseconds since the Unix epoch; `undefined` if none is waiting. */
  get dueAt(): number | undefined {
    return this.#dueAt;
  }

  /** Plans the next attempt, not before the storage wants to hear from us again. */
  retryAfter(error: PersisterError): void {
    const {clock, minDelayMs, maxDelayMs} = this.#options;
    const bound = Math.min(maxDelayMs, minDelayMs * 2 ** this.#failures);
    const restMs = error.retryAfterMs ?? 0;
    this.#failures++;
    this.#restUntil = clock.now() + restMs;
    // What there is no hope for is no reason for a process to stay.
    this.#isBackground = !error.retriable;
    this.#plan(Math.max(clock.random() * bound, restMs));
  }

  /** What stood in the way may be gone: an attempt that waits is made as soon as the storage allows. */
  hurry(): void {
    if (this.#dueAt === undefined) return;
    this.#plan(Math.max(this.#restUntil - this.#options.clock.now(), 0));
  }

  succeed(): void {
    this.cancel();
    this.#failures = 0;
  }

  cancel(): void {
    this.#callOff?.();
    this.#callOff = undefined;
    this.#dueAt = undefined;
  }

  #plan(waitMs: number): void {
    this.cancel();
    const {clock} = this.#options;
    const delayMs = Math.min(waitMs, MAX_TIMEOUT_MS);
    this.#dueAt = clock.now() + delayMs;
    const attempt = (): void => {
      this.cancel();
      this.#onDue();
    };
    this.#callOff = clock.delay(delayMs, attempt, this.#isBackground ? 'background' : undefined);
  }
}

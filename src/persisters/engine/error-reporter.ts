/** Where failures go that must not stop the host: to the app's handler, or once a kind to the console. */
import {PersisterError, type PersisterPhase} from '../../errors.ts';
import type {Refusal} from './refused-content.ts';

/** Calls a function of the app, which may be an async one for all we know. */
const callContained = (call: () => unknown, onError: (error: unknown) => void): void => {
  try {
    Promise.resolve(call()).catch(onError);
  } catch (error) {
    onError(error);
  }
};

export class ErrorReporter {
  readonly #storage: string;
  readonly #handler: ((error: unknown) => void) | undefined;
  readonly #warned = new Set<string>();

  constructor(storage: string, handler: ((error: unknown) => void) | undefined) {
    this.#storage = storage;
    this.#handler = handler;
  }

  /** `error` as a {@link PersisterError}: as it is, or as the cause of an `UNAVAILABLE` one. */
  toPersisterError(error: unknown, phase: PersisterPhase): PersisterError {
    if (error instanceof PersisterError) return error;
    const reason = error instanceof Error ? `: ${error.message}` : '';
    return new PersisterError('UNAVAILABLE', `Cannot ${phase} ${this.#storage}${reason}`, {
      phase,
      storage: this.#storage,
      retriable: true,
      cause: error,
    });
  }

  report(error: unknown, phase: PersisterPhase): PersisterError {
    const persisterError = this.toPersisterError(error, phase);
    const handler = this.#handler;
    if (handler) {
      callContained(
        () => handler(persisterError),
        (handlerError) => this.#warn(`handler:${phase}`, handlerError),
      );
    } else {
      this.#warn(`${persisterError.code}:${persisterError.phase}`, persisterError);
    }
    return persisterError;
  }

  /** Calls a function of the app, reporting what it throws, or rejects with. */
  contain(action: () => unknown, phase: PersisterPhase): void {
    callContained(action, (error) => this.reportHandler(error, phase));
  }

  /** Reports what a function of the app threw. */
  reportHandler(cause: unknown, phase: PersisterPhase): void {
    const message = `A function handed to the persister of ${this.#storage}, or a listener, threw`;
    const details = {phase, storage: this.#storage, retriable: false, cause};
    this.report(new PersisterError('HANDLER', message, details), phase);
  }

  reportRefusal({stored, ...place}: Refusal): void {
    const where = Object.values(place).join('/');
    const message =
      `The schema of the store does not admit ${where}, which ${this.#storage} holds; ` +
      `it stays there (${JSON.stringify(stored).slice(0, 40)})`;
    const details = {phase: 'load' as const, storage: this.#storage, retriable: false, ...place};
    this.report(new PersisterError('REFUSED', message, details), 'load');
  }

  #warn(kind: string, error: unknown): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    console.warn(
      `[cellar] ${this.#storage}: further errors of this kind will not be shown.`,
      error,
    );
  }
}

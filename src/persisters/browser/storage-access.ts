/** Getting at a storage of the browser, which may be missing or blocked, and what is wrong if it fails. */
import {
  PersisterError,
  type PersisterErrorDetails,
  type PersisterErrorCode,
  type PersisterPhase,
} from '../../errors.ts';
import {codeOfDomError} from '../engine/dom-errors.ts';

/** The global variable that holds the storage. */
export type StorageArea = 'localStorage' | 'sessionStorage';

/** What hosts without a DOM may lack, and browsers may hold back. */
export type Host = Partial<Record<StorageArea, Storage | null>> &
  Partial<Pick<typeof globalThis, 'addEventListener' | 'removeEventListener'>>;

export class StorageAccess {
  readonly name: string;
  readonly #area: StorageArea;

  constructor(area: StorageArea, key: string) {
    this.name = `${area}:${key}`;
    this.#area = area;
  }

  async use<Result>(
    phase: PersisterPhase,
    action: (storage: Storage, host: Host) => Result | Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.useNow(phase, action);
    } catch (cause) {
      throw this.toPersisterError(cause, phase);
    }
  }

  /** Looks the storage up each time: a page that was rendered on a server has one later. */
  useNow<Result>(phase: PersisterPhase, action: (storage: Storage, host: Host) => Result): Result {
    try {
      const host: Host = globalThis;
      const storage = host[this.#area]; // Throws if the user has blocked it.
      if (!storage) throw this.error('UNAVAILABLE', 'does not exist here', phase);
      return action(storage, host);
    } catch (cause) {
      throw this.toPersisterError(cause, phase);
    }
  }

  toPersisterError(cause: unknown, phase: PersisterPhase): PersisterError {
    if (cause instanceof PersisterError) return cause;
    const code = codeOfDomError(cause);
    const reason = cause instanceof Error ? `: ${cause.message}` : '';
    const message = {QUOTA: 'is full', DENIED: 'is blocked'}[code as string] ?? `failed${reason}`;
    return this.error(code, message, phase, {retriable: code !== 'DENIED', cause});
  }

  error(
    code: PersisterErrorCode,
    message: string,
    phase: PersisterPhase,
    details: Partial<PersisterErrorDetails> = {},
  ): PersisterError {
    const {name: storage} = this;
    return new PersisterError(code, `${storage} ${message}`, {
      phase,
      storage,
      retriable: false,
      ...details,
    });
  }
}

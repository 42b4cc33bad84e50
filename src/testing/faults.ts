/** Storage that is slow, fails, hangs, tears what it writes, or is there no more when the process dies. */
import {PersisterError} from '../errors.ts';
import type {Clock} from '../persisters/engine/clock.ts';
import type {GetContent, StorageAdapter} from '../persisters/engine/storage-adapter.ts';
import type {EncodedChanges, EncodedContent} from '../store/internals.ts';

/** What can be made to fail; `write` is `writeChanges`, too, and `read` is `readChanges`. */
export type FaultyOperation = 'read' | 'write' | 'setAside' | 'watch';

/** A call that the engine has made to the adapter. */
export interface AdapterCall {
  readonly method:
    'read' | 'readChanges' | 'write' | 'writeChanges' | 'setAside' | 'tidy' | 'watch' | 'close';
  /** With `writeChanges`: a copy of the changes. */
  readonly changes?: EncodedChanges;
  outcome: 'running' | 'resolved' | 'rejected';
}

export interface FailureOptions {
  /** How many calls fail. Default 1; `Infinity` for all until `heal()`. */
  readonly times?: number;
  /** Makes what the call rejects with. Default: a `PersisterError` `UNAVAILABLE`, retriable. */
  readonly error?: () => unknown;
  /** Whether the work is done all the same, and only its answer is lost. Default: it is not done. */
  readonly isDone?: boolean;
}

/** The controls of a faulty adapter, see {@link withFaults}. One may serve several adapters. */
export interface Faults {
  /** All calls so far, oldest first. */
  readonly calls: readonly AdapterCall[];
  /** The most reads, writes and the like that have ever been running at the same time. */
  readonly mostAtOnce: number;
  /** Makes the next calls of an operation reject. */
  fail(operation: FaultyOperation, options?: FailureOptions): void;
  /** Makes each call of an operation take so long, on a clock. */
  slow(operation: FaultyOperation, delayMs: number, clock: Clock): void;
  /**
   * Makes calls of an operation hang, before they do anything, until the function that is returned is
   * called. A call whose deadline passes meanwhile rejects, and does nothing.
   */
  hold(operation: FaultyOperation): () => void;
  /** Makes the next whole writes store about half of the tables and values, then reject. */
  tear(times?: number): void;
  /** As if the process had died: nothing is stored any more, and no call settles. */
  crash(): void;
  /** Ends all faults but a crash; releases what is held. */
  heal(): void;
}

const operationOf = (method: Exclude<AdapterCall['method'], 'tidy' | 'close'>): FaultyOperation => {
  if (method === 'writeChanges') return 'write';
  return method === 'readChanges' ? 'read' : method;
};

interface Fault {
  failures: (FailureOptions & {left: number})[];
  delay: ((signal: AbortSignal | undefined) => Promise<void>) | undefined;
  readonly gates: Set<Gate>;
}

interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

const newGate = (): Gate => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {opened, open};
};

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });

const unavailable = (): PersisterError =>
  new PersisterError('UNAVAILABLE', 'A fault was injected', {
    phase: 'save',
    storage: 'faulty',
    retriable: true,
  });

/** Every second entry of each half. */
const half = ([tables, values]: EncodedContent): EncodedContent => {
  const thin = <Value>(branch: Record<string, Value>): Record<string, Value> =>
    Object.fromEntries(Object.entries(branch).filter((_entry, index) => index % 2 === 0));
  return [thin(tables), thin(values)];
};

class FaultControls implements Faults {
  readonly calls: AdapterCall[] = [];
  mostAtOnce = 0;
  #running = 0;
  #tears = 0;
  #isCrashed = false;
  readonly #faults: Record<FaultyOperation, Fault> = {
    read: {failures: [], delay: undefined, gates: new Set()},
    write: {failures: [], delay: undefined, gates: new Set()},
    setAside: {failures: [], delay: undefined, gates: new Set()},
    watch: {failures: [], delay: undefined, gates: new Set()},
  };

  fail(operation: FaultyOperation, options: FailureOptions = {}): void {
    this.#faults[operation].failures.push({...options, left: options.times ?? 1});
  }

  slow(operation: FaultyOperation, delayMs: number, clock: Clock): void {
    this.#faults[operation].delay = (signal) =>
      new Promise((resolve, reject) => {
        const callOff = clock.delay(delayMs, resolve);
        if (!signal) return;
        aborted(signal).catch((reason: unknown) => {
          callOff();
          reject(reason instanceof Error ? reason : new Error(String(reason)));
        });
      });
  }

  hold(operation: FaultyOperation): () => void {
    const gate = newGate();
    const {gates} = this.#faults[operation];
    gates.add(gate);
    return () => {
      gates.delete(gate);
      gate.open();
    };
  }

  tear(times = 1): void {
    this.#tears += times;
  }

  crash(): void {
    this.#isCrashed = true;
  }

  heal(): void {
    this.#tears = 0;
    for (const fault of Object.values(this.#faults)) {
      fault.failures = [];
      fault.delay = undefined;
      for (const gate of fault.gates) gate.open();
      fault.gates.clear();
    }
  }

  /** What is to be written instead, and fails then, if the next write is to be torn. */
  takeTear(): boolean {
    if (this.#tears === 0) return false;
    this.#tears--;
    return true;
  }

  async run<Result>(
    method: AdapterCall['method'],
    work: () => Promise<Result> | Result,
    signal?: AbortSignal,
    changes?: EncodedChanges,
  ): Promise<Result> {
    const call: AdapterCall = {
      method,
      outcome: 'running',
      ...(changes ? {changes: structuredClone(changes)} : {}),
    };
    this.calls.push(call);
    const isCounted = method !== 'watch' && method !== 'close';
    if (isCounted) this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#running);
    try {
      const result = await this.#meddle(method, work, signal);
      call.outcome = 'resolved';
      return result;
    } catch (error) {
      call.outcome = 'rejected';
      throw error;
    } finally {
      if (isCounted) this.#running--;
    }
  }

  async #meddle<Result>(
    method: AdapterCall['method'],
    work: () => Promise<Result> | Result,
    signal: AbortSignal | undefined,
  ): Promise<Result> {
    await this.#dieIfCrashed();
    if (method === 'tidy' || method === 'close') return work();
    const fault = this.#faults[operationOf(method)];
    await fault.delay?.(signal);
    for (const {opened} of [...fault.gates]) {
      await (signal ? Promise.race([opened, aborted(signal)]) : opened);
    }
    await this.#dieIfCrashed();
    const failure = fault.failures.find(({left}) => left > 0);
    if (!failure) return work();
    failure.left--;
    if (failure.isDone === true) await work();
    throw failure.error ? failure.error() : unavailable();
  }

  async #dieIfCrashed(): Promise<void> {
    if (this.#isCrashed) await new Promise<never>(() => undefined);
  }
}

/** Controls for {@link withFaults}; nothing is wrong at first. */
export const createFaults = (): Faults => new FaultControls();

/**
 * The same adapter, with its capabilities, but with the faults that `faults` is told to make.
 * @param faults As made by {@link createFaults}.
 * @throws TypeError if `faults` was made by something else.
 */
export const withFaults = (adapter: StorageAdapter, faults: Faults): StorageAdapter => {
  if (!(faults instanceof FaultControls)) throw new TypeError('faults: expected createFaults()');
  const {resource, view} = adapter;
  const faulty: StorageAdapter = {
    name: adapter.name,
    ...(resource ? {resource} : {}),
    ...(view ? {view} : {}),
    read: (signal) => faults.run('read', () => adapter.read(signal), signal),
    write: (getContent, signal) =>
      faults.run('write', () => write(adapter, faults, getContent, signal), signal),
  };
  const {writeChanges, readChanges, watch, setAside, carry, tidy, close} = adapter;
  if (writeChanges) {
    faulty.writeChanges = (changes, getContent, signal) => {
      const work = (): Promise<void> => writeChanges.call(adapter, changes, getContent, signal);
      return faults.run('writeChanges', work, signal, changes);
    };
  }
  if (watch) {
    faulty.watch = (onChange, onError) =>
      faults.run('watch', () => watch.call(adapter, onChange, onError));
  }
  if (readChanges) {
    faulty.readChanges = (signal) =>
      faults.run('readChanges', () => readChanges.call(adapter, signal), signal);
  }
  if (setAside) {
    faulty.setAside = (signal) =>
      faults.run('setAside', () => setAside.call(adapter, signal), signal);
  }
  // What it keeps survives what is wrong with the storage, and the end of the process.
  if (carry) faulty.carry = carry.bind(adapter);
  if (tidy) {
    faulty.tidy = (getContent, signal) =>
      faults.run('tidy', () => tidy.call(adapter, getContent, signal), signal);
  }
  if (close) faulty.close = () => faults.run('close', () => close.call(adapter));
  return faulty;
};

const write = async (
  adapter: StorageAdapter,
  faults: FaultControls,
  getContent: GetContent,
  signal: AbortSignal,
): Promise<void> => {
  if (!faults.takeTear()) return adapter.write(getContent, signal);
  const getHalf = Object.assign(() => half(getContent()), {holdsMore: true});
  await adapter.write(getHalf, signal);
  throw unavailable();
};

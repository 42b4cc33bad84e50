/** What the tests of the laws work with: places, and apps that keep a store there. */
import {PersisterError} from '../errors.ts';
import type {Persister, PersisterOptions} from '../persisters/engine/persister-types.ts';
import {createStore} from '../store/index.ts';
import type {EncodedContent} from '../store/internals.ts';
import {internalsOf} from '../store/store-internals.ts';
import type {Store} from '../store/types.ts';
import {assertSame, isSame} from './assertions.ts';
import {type AdapterCall, createFaults, type Faults} from './faults.ts';
import type {PersisterHarness} from './persister-harness.ts';
import {EMPTY} from './sample-content.ts';
import {settled, until} from './waiting.ts';
import {type VirtualClock, virtualClock} from './virtual-clock.ts';

/** The place where everything happens, unless a test needs a second one. */
const PLACE = 'a';
const TIMEOUT_MS = 1_000;

/** An app: a store, its persister, and what happened to it. */
export class Session {
  readonly store: Store;
  readonly persister: Persister;
  readonly clock: VirtualClock;
  readonly faults: Faults;
  /** What `onIgnoredError` got. */
  readonly errors: readonly unknown[];
  readonly #patienceMs: number;

  constructor(
    store: Store,
    persister: Persister,
    clock: VirtualClock,
    faults: Faults,
    errors: readonly unknown[],
    patienceMs: number,
  ) {
    this.store = store;
    this.persister = persister;
    this.clock = clock;
    this.faults = faults;
    this.errors = errors;
    this.#patienceMs = patienceMs;
  }

  get content(): EncodedContent {
    return internalsOf(this.store).getContent();
  }

  /** The codes of the errors that the app was told of. */
  get errorCodes(): string[] {
    return this.errors.map((error) =>
      error instanceof PersisterError ? error.code : String(error),
    );
  }

  calls(...methods: AdapterCall['method'][]): AdapterCall[] {
    return this.faults.calls.filter(({method}) => methods.includes(method));
  }

  get writes(): AdapterCall[] {
    return this.calls('write', 'writeChanges');
  }

  /** Settles as `promise` does; time stands still. */
  settled<Result>(promise: Promise<Result>, what: string): Promise<Result> {
    return settled(promise, what, {patienceMs: this.#patienceMs});
  }

  /** Waits for `condition`; time moves on to each attempt that is planned. */
  until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    return until(condition, what, {patienceMs: this.#patienceMs, poke: () => this.#toNextRetry()});
  }

  /** Settles as `promise` does; time moves on to each attempt that is planned. */
  settledWithRetries<Result>(promise: Promise<Result>, what: string): Promise<Result> {
    const poke = (): Promise<void> => this.#toNextRetry();
    return settled(promise, what, {patienceMs: this.#patienceMs, poke});
  }

  /** Settles as `promise` does; time moves on past one deadline after the other. */
  settledWithTimeouts<Result>(promise: Promise<Result>, what: string): Promise<Result> {
    const poke = (): Promise<void> => this.clock.advance(TIMEOUT_MS);
    return settled(promise, what, {patienceMs: this.#patienceMs, poke});
  }

  /** Waits until everything is saved; time moves on to each attempt that is planned. */
  async saved(): Promise<void> {
    await this.settledWithRetries(this.persister.whenSaved(), 'whenSaved()');
  }

  /** Starts auto-loading and auto-saving. */
  async start(initial?: EncodedContent): Promise<void> {
    await this.settled(this.persister.startAutoPersisting(initial), 'startAutoPersisting()');
  }

  /** Gives attempts that are planned, and any that are made though they should not be, so many chances. */
  async letRetry(times = 5): Promise<void> {
    for (let round = 0; round < times; round++) {
      await this.clock.advance(0);
      await this.#toNextRetry();
    }
  }

  async #toNextRetry(): Promise<void> {
    const {nextRetryAt} = this.persister.getState();
    if (nextRetryAt !== undefined) await this.clock.advance(nextRetryAt - this.clock.now());
  }
}

/** What a test of a law is given. */
export class Lab {
  readonly harness: PersisterHarness;
  readonly #patienceMs: number;
  readonly #isEmptyNothing: boolean;
  readonly #sessions: Session[] = [];

  constructor(harness: PersisterHarness, patienceMs: number, isEmptyNothing: boolean) {
    this.harness = harness;
    this.#patienceMs = patienceMs;
    this.#isEmptyNothing = isEmptyNothing;
  }

  /** A new app at a place. */
  async open({
    place = PLACE,
    store = createStore(),
    options = {},
  }: {
    readonly place?: string;
    readonly store?: Store;
    readonly options?: PersisterOptions;
  } = {}): Promise<Session> {
    const errors: unknown[] = [];
    const clock = virtualClock();
    const faults = createFaults();
    const all: PersisterOptions = {
      onIgnoredError: (error) => errors.push(error),
      timeoutMs: TIMEOUT_MS,
      clock,
      ...options,
    };
    const persister = await this.harness.create(store, place, all, faults);
    const session = new Session(store, persister, clock, faults, errors, this.#patienceMs);
    this.#sessions.push(session);
    return session;
  }

  /** Has another app store something, and go. */
  async store(content: EncodedContent, place: string = PLACE): Promise<void> {
    const session = await this.open({place});
    internalsOf(session.store).setContent(structuredClone(content));
    await session.settled(session.persister.save(), 'save()');
    await session.settled(session.persister.destroy(), 'destroy()');
    await this.assertStored(content, 'stored at first');
  }

  async assertStored(expected: EncodedContent, what: string, place: string = PLACE): Promise<void> {
    const isNothing = this.#isEmptyNothing && isSame(expected, EMPTY);
    assertSame(await this.harness.readBack(place), isNothing ? undefined : expected, what);
  }

  /** Asserts that memory and storage hold the same, namely this. */
  async assertKept(session: Session, expected: EncodedContent): Promise<void> {
    assertSame(session.content, expected, 'in memory');
    await this.assertStored(expected, 'in storage');
  }

  async makeUnreadable(): Promise<string | undefined> {
    await this.harness.corrupt?.(PLACE);
    return this.harness.readRaw?.(PLACE);
  }

  async writeExternally(content: EncodedContent): Promise<void> {
    await this.harness.writeExternally?.(PLACE, structuredClone(content));
  }

  /** Ends all apps, and all faults. */
  async close(): Promise<void> {
    for (const session of this.#sessions) {
      session.faults.heal();
      await session.settledWithTimeouts(session.persister.destroy(), 'destroy() at the end');
    }
  }
}

/** A test of a law. */
export interface LawTest<Capability extends string> {
  readonly title: string;
  readonly needs?: readonly Capability[];
  /** Why it cannot be run in this environment, if it cannot. */
  readonly reasonToSkip?: () => string | undefined;
  readonly run: (lab: Lab) => Promise<void>;
}

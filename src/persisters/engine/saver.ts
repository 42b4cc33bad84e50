/**
 * The saving side of the engine: at most one write runs, and whatever changes meanwhile shares the next.
 * What is written stays pending until the storage has acknowledged it.
 */
import {PersisterError} from '../../errors.ts';
import {BackOff} from './back-off.ts';
import {Carrier} from './carrier.ts';
import {callAdapter, type EngineContext} from './engine-context.ts';
import type {Loader} from './loader.ts';
import {Status} from './persister-types.ts';
import {Receipts} from './receipts.ts';

/** So many conflicts in a row are resolved at once; after that, we stand back for a while. */
const MAX_CONFLICTS = 20;
/** Storage is tidied after so many milliseconds without a write. */
const TIDY_AFTER_MS = 30_000;

export class Saver {
  saves = 0;
  isAuto = false;
  lastSavedAt: number | undefined;
  /** The latest failure to write. */
  error: PersisterError | undefined;
  /** Whether writing has stopped, until the app asks for it again. */
  isHalted = false;
  readonly backOff: BackOff;
  readonly #context: EngineContext;
  readonly #loader: Loader;
  readonly #receipts = new Receipts();
  readonly #carrier: Carrier;
  #startedAt = -Infinity;
  #unsavedSince: number | undefined;
  #isQueued = false;
  #callOffPlan: (() => void) | undefined;
  #callOffTidy: (() => void) | undefined;

  constructor(context: EngineContext, loader: Loader) {
    this.#context = context;
    this.#loader = loader;
    this.#carrier = new Carrier(context);
    this.backOff = new BackOff(context.options, () => this.#enqueue());
  }

  /** Whether the app has asked for a save that has not succeeded: a load must not discard what it meant. */
  get isOwed(): boolean {
    return this.error !== undefined || this.#context.operations.has(Status.Saving);
  }

  /** Something has changed: if auto-saving, sees to it that it is saved. */
  noteChange(): void {
    if (!this.isAuto) return;
    this.saves++;
    this.#carrier.noteChange();
    this.#unsavedSince ??= this.#context.options.clock.now();
    if (!this.#isQueued) this.plan();
  }

  /** Sees to it that what is pending is saved, when it is time to. */
  plan(): void {
    if (!this.isAuto || this.isHalted || this.#isQueued || this.#callOffPlan) return;
    if (this.#loader.unread || this.#isStandingBack) return;
    if (!this.#context.binding.hasPending) return;
    const {clock, minIntervalMs, maxWaitMs} = this.#context.options;
    const now = clock.now();
    const dueAt = Math.min(
      this.#startedAt + minIntervalMs,
      (this.#unsavedSince ?? now) + maxWaitMs,
    );
    if (dueAt <= now) this.#enqueue();
    else this.#callOffPlan = clock.delay(dueAt - now, () => this.flush());
  }

  /** Saves what is pending now, unless a failed attempt is to be waited for. */
  flush(): void {
    this.#callOffPlan?.();
    this.#callOffPlan = undefined;
    if (!this.isAuto || this.isHalted || this.#isQueued || this.#isStandingBack) return;
    if (this.#context.binding.hasPending) this.#enqueue();
  }

  /** The page may be about to go: saves what is pending now, in case it goes before that is done, too. */
  leave(isGoing: boolean): void {
    this.flush();
    if (this.isAuto || this.isOwed) this.#carrier.leave(isGoing);
  }

  /** Forgets when the next save would have been: somebody else sees to it. */
  callOff(): void {
    this.#callOffPlan?.();
    this.#callOffPlan = undefined;
    this.backOff.cancel();
  }

  /** Saves what is pending. @returns Why it failed, if it did. */
  saveChanges(): Promise<PersisterError | undefined> {
    return this.#context.operations.run(Status.Saving, () => this.#saveChanges());
  }

  /**
   * Writes everything; what cannot be read is moved out of harm's way first.
   * @param isMerging Whether what could not be read before, but can be now, is taken in.
   */
  saveAll(isMerging = true): Promise<PersisterError | undefined> {
    return this.#context.operations.run(Status.Saving, async () => {
      try {
        const unread = await this.#setUnreadableAside(isMerging);
        if (unread) return unread;
      } catch (error) {
        return this.#fail(error);
      }
      return this.#write(true);
    });
  }

  /** The store is worth more than what is stored: writes it in any case. */
  overwrite(): Promise<PersisterError | undefined> {
    this.#context.binding.isBaseKnown = 'no';
    return this.saveAll(false);
  }

  /** There is no hope that what is pending will be saved soon. */
  giveUp(reason: PersisterError): void {
    this.#receipts.reject(reason);
  }

  /** Resolves when what has been changed until now is durable. */
  whenSaved(): Promise<void> {
    return this.#receipts.wait(this.#context.binding.sequence);
  }

  retry(): Promise<PersisterError | undefined> {
    const {binding, operations} = this.#context;
    this.isHalted = false;
    binding.reconsiderDenied();
    this.backOff.succeed();
    return operations.run(Status.Saving, () => {
      binding.reconsiderDenied(); // what has been in flight may have been denied since
      return this.#saveChanges();
    });
  }

  /** Lets the storage do what it has put off. */
  async tidy(): Promise<void> {
    this.#callOffTidy?.();
    this.#callOffTidy = undefined;
    const {adapter, binding, operations, reporter} = this.#context;
    if (!adapter.tidy || binding.isBaseKnown !== 'yes' || this.#loader.unread) return;
    const tidy = adapter.tidy.bind(adapter);
    await operations.run(Status.Idle, async () => {
      try {
        if (binding.isUnsaved) return; // the write to come does it
        await callAdapter(this.#context, 'save', (signal) => tidy(binding.getContent, signal));
      } catch (thrown) {
        const error = reporter.toPersisterError(thrown, 'save');
        if (error.code !== 'CONFLICT' && !binding.wasBusy) reporter.report(error, 'save');
      }
    });
  }

  stop(reason: PersisterError): void {
    this.callOff();
    this.#callOffTidy?.();
    this.giveUp(reason);
  }

  /** Whether a failed attempt, to write or to read, is to be waited for. */
  get #isStandingBack(): boolean {
    return this.backOff.dueAt !== undefined || this.#loader.backOff.dueAt !== undefined;
  }

  #enqueue(): void {
    this.#isQueued = true;
    void this.#context.operations.run(Status.Saving, async () => {
      this.#isQueued = false;
      // What ran before may have failed since.
      if (!this.isHalted && !this.#isStandingBack) await this.#saveChanges();
    });
  }

  async #saveChanges(): Promise<PersisterError | undefined> {
    const unread = await this.#loader.settle();
    if (unread) return unread;
    if (this.#context.binding.hasPending) return await this.#write(false);
    this.#settleReceipts(this.#context.binding.sequence);
    return this.#context.binding.deniedError;
  }

  /** @returns Why nothing must be written now, if that is so. */
  async #setUnreadableAside(isMerging: boolean): Promise<PersisterError | undefined> {
    const {adapter, binding, reporter} = this.#context;
    if (this.#loader.unread && isMerging) {
      const unread = await this.#loader.settle();
      // It could be read before, and will be again: what others have written meanwhile is worth waiting for.
      if (unread?.retriable && binding.isBaseKnown === 'yes') return unread;
    } else if (!this.#loader.isReadable && adapter.setAside) {
      await this.#loader.verify();
    }
    if (!this.#loader.unread || !adapter.setAside) return undefined;
    const setAside = adapter.setAside.bind(adapter);
    const setAsideAs = await callAdapter(this.#context, 'save', (signal) => setAside(signal));
    const message = `What ${adapter.name} held could not be read and is now in ${setAsideAs}`;
    reporter.report(
      new PersisterError(this.#loader.unread.code, message, {
        phase: 'save',
        storage: adapter.name,
        retriable: false,
        setAsideAs,
        cause: this.#loader.unread,
      }),
      'save',
    );
    return undefined;
  }

  async #write(isForced: boolean): Promise<PersisterError | undefined> {
    const {adapter, binding, options, reporter} = this.#context;
    const writeChanges = adapter.writeChanges?.bind(adapter);
    for (let conflicts = 0; ;) {
      const {sequence, changes} = await binding.whenIdle(() => {
        const isWhole =
          isForced || !writeChanges || binding.isBaseKnown !== 'yes' || binding.needsWhole;
        return {sequence: binding.sequence, changes: binding.sendPending(isWhole)};
      });
      this.#startedAt = options.clock.now();
      this.#unsavedSince = undefined;
      this.#callOffTidy?.();
      this.#context.onStateChange();
      try {
        await callAdapter(
          this.#context,
          'save',
          (signal) =>
            changes && writeChanges
              ? writeChanges(changes, binding.getContent, signal)
              : adapter.write(binding.getContent, signal),
          () => this.#rewrite(),
        );
      } catch (thrown) {
        const error = reporter.toPersisterError(thrown, 'save');
        if (error.denied) return this.#succeed(sequence, error.denied);
        binding.giveBack();
        if (binding.wasBusy) continue;
        if (error.code !== 'CONFLICT' || ++conflicts > MAX_CONFLICTS) return this.#fail(error);
        const unread = await this.#rebase(error);
        if (unread) return unread;
        continue;
      }
      return this.#succeed(sequence);
    }
  }

  /** A write that we had given up may have landed on a newer one. */
  #rewrite(): void {
    this.#context.binding.needsWhole = true;
    this.plan();
  }

  /** Takes in what others have written, under what is pending. */
  async #rebase({changes}: PersisterError): Promise<PersisterError | undefined> {
    const {binding} = this.#context;
    if (binding.isBaseKnown === 'no') return this.#loader.verify();
    if (changes) {
      try {
        await this.#loader.applyChanges(changes);
        return undefined;
      } catch (thrown) {
        this.#context.reporter.report(thrown, 'save');
      }
    }
    return this.#loader.refresh();
  }

  /** @param denied What the storage has not taken, though it has taken all else. @returns Why, if there is some. */
  #succeed(sequence: number, denied?: readonly PersisterError[]): PersisterError | undefined {
    const {adapter, binding, options, reporter} = this.#context;
    for (const error of binding.acknowledge(denied)) reporter.report(error, 'save');
    this.error = binding.deniedError;
    this.isHalted = false;
    this.backOff.succeed();
    this.lastSavedAt = options.clock.now();
    this.#settleReceipts(sequence);
    this.#carrier.acknowledge(sequence);
    this.#loader.noteReadable();
    if (adapter.tidy) {
      const tidy = (): void => void this.tidy();
      this.#callOffTidy = options.clock.delay(TIDY_AFTER_MS, tidy, 'background');
    }
    this.plan();
    this.#context.onStateChange();
    return this.error;
  }

  /** All transactions up to this one are durable, but for what has been denied. */
  #settleReceipts(sequence: number): void {
    const {deniedError} = this.#context.binding;
    if (deniedError) this.#receipts.reject(deniedError, sequence);
    else this.#receipts.acknowledge(sequence);
  }

  #fail(thrown: unknown): PersisterError {
    const {options, reporter} = this.#context;
    const error = reporter.report(thrown, 'save');
    this.error = error;
    if (this.isAuto && error.retriable && this.backOff.failures + 1 < options.maxAttempts) {
      this.backOff.retryAfter(error);
    } else {
      this.isHalted = this.isAuto;
      this.#receipts.reject(error);
    }
    this.#context.onStateChange();
    return error;
  }
}

/**
 * The loading side of the engine: reads, retries, and listens to what others write. A failed read is never
 * taken for "nothing stored": it stays `unread` until a read succeeds, and saving waits for that.
 */
import {PersisterError} from '../../errors.ts';
import type {EncodedContent} from '../../store/internals.ts';
import {BackOff} from './back-off.ts';
import {isChanges, isPrepared, toContent} from './content.ts';
import {callAdapter, type EngineContext} from './engine-context.ts';
import {type PersisterState, Status} from './persister-types.ts';
import {Receipts} from './receipts.ts';
import type {ExternalChange, PreparedContent} from './storage-adapter.ts';

export class Loader {
  loads = 0;
  /** Whether the storage has been read, found empty, or written whole. */
  isReadable = false;
  /** Why what is stored could not be read. */
  unread: PersisterError | undefined;
  listenError: PersisterError | undefined;
  state: PersisterState['load'] = 'none';
  readonly backOff: BackOff;
  readonly receipts: Receipts = new Receipts();
  readonly #context: EngineContext;
  /** Whether a read that failed is to be tried again. */
  readonly #isWanted: () => boolean;
  readonly #onReadable: () => void;
  readonly #onHopeless: (error: PersisterError) => void;
  #setInitial: (() => void) | undefined;
  #isReloadQueued = false;
  /** Counts how often what is stored has been taken in, other than by being announced. */
  #catchUps = 0;
  #generation = 0;
  #registering: Promise<void> = Promise.resolve();
  #unwatch: (() => Promise<void> | void) | undefined;

  constructor(
    context: EngineContext,
    isWanted: () => boolean,
    onReadable: () => void,
    onHopeless: (error: PersisterError) => void,
  ) {
    this.#context = context;
    this.#isWanted = isWanted;
    this.#onReadable = onReadable;
    this.#onHopeless = onHopeless;
    this.backOff = new BackOff(context.options, () => void this.retry());
  }

  get isWatching(): boolean {
    return this.#unwatch !== undefined;
  }

  /** @returns Why it failed, if it did. */
  load(setInitial: (() => void) | undefined): Promise<PersisterError | undefined> {
    this.loads++;
    return this.#context.operations.run(Status.Loading, () => {
      this.#setInitial = setInitial;
      return this.refresh();
    });
  }

  /** Tries again what has failed. */
  retry(): Promise<PersisterError | undefined> {
    return this.#context.operations.run(Status.Loading, () => this.settle());
  }

  /** Makes sure that the storage has been read; only to be called from within an operation. */
  async settle(): Promise<PersisterError | undefined> {
    if (this.isReadable && !this.unread) return undefined;
    return this.state === 'none' ? this.verify() : this.refresh();
  }

  /** Reads into the store, under what is pending; only to be called from within an operation. */
  async refresh(): Promise<PersisterError | undefined> {
    const {binding} = this.#context;
    this.state = 'loading';
    this.#context.onStateChange();
    try {
      const content = await this.#read();
      this.#catchUps++;
      await binding.whenIdle(() => {
        if (content) {
          binding.applyContent(content);
          binding.isBaseKnown = 'yes';
        } else {
          binding.isBaseKnown = 'empty';
          this.#putInitial();
        }
      });
      this.state = content ? 'loaded' : 'empty';
      this.#setInitial = undefined;
      this.receipts.acknowledge(0);
      this.noteReadable();
      return undefined;
    } catch (error) {
      this.state = 'failed';
      await binding.whenIdle(() => this.#putInitial());
      return this.#fail(error);
    }
  }

  /** Takes in what others have written, if that can be had without the rest; only from within an operation. */
  async #catchUp(): Promise<PersisterError | undefined> {
    const {adapter, binding} = this.#context;
    const readChanges = adapter.readChanges?.bind(adapter);
    if (readChanges && binding.isBaseKnown === 'yes' && !this.unread) {
      try {
        const changes = await callAdapter(this.#context, 'load', (signal) => readChanges(signal));
        if (changes) {
          await this.applyChanges([changes]);
          return undefined;
        }
      } catch (error) {
        this.#context.reporter.report(error, 'load');
      }
    }
    return this.refresh();
  }

  /** Reads without loading, to know whether what is stored can be read. */
  async verify(): Promise<PersisterError | undefined> {
    try {
      await this.#read();
      this.noteReadable();
      return undefined;
    } catch (error) {
      return this.#fail(error);
    }
  }

  noteReadable(): void {
    this.isReadable = true;
    this.unread = undefined;
    if (this.isWatching) this.listenError = undefined;
    this.backOff.succeed();
    this.#context.onStateChange();
    this.#onReadable();
  }

  /** Starts to listen; a failure is reported, and leaves auto-loading off. */
  async watch(): Promise<void> {
    const generation = ++this.#generation;
    await this.#stopWatching();
    const {adapter} = this.#context;
    if (!adapter.watch || generation !== this.#generation) return;
    const watch = adapter.watch.bind(adapter);
    const registering = (async () => {
      try {
        const unwatch = await callAdapter(this.#context, 'listen', () =>
          watch(
            (change) => generation === this.#generation && this.#onChange(change),
            (error) => {
              if (generation === this.#generation) this.#failToListen(error);
            },
          ),
        );
        if (generation === this.#generation) {
          this.#unwatch = unwatch;
          this.listenError = undefined;
        } else {
          await this.#callUnwatch(unwatch);
        }
      } catch (error) {
        this.#failToListen(error);
      }
    })();
    this.#registering = registering;
    await registering;
  }

  /** Listens anew if there was a failure: the adapter may have stopped. */
  async rewatch(): Promise<void> {
    if (this.isWatching && this.listenError) await this.watch();
  }

  async unwatch(): Promise<void> {
    this.#generation++;
    await this.#stopWatching();
    await this.#registering;
  }

  async #stopWatching(): Promise<void> {
    const unwatch = this.#unwatch;
    this.#unwatch = undefined;
    if (unwatch) await this.#callUnwatch(unwatch);
  }

  async #callUnwatch(unwatch: () => Promise<void> | void): Promise<void> {
    try {
      await callAdapter(this.#context, 'listen', () => unwatch());
    } catch (error) {
      this.#failToListen(error);
    }
  }

  /** @returns Whether it has been taken in already. */
  #onChange(change: ExternalChange | undefined): boolean {
    const {binding, operations} = this.#context;
    const canApply = change !== undefined && !this.unread;
    if (canApply && operations.isIdle && !binding.isInTransaction()) {
      this.loads++;
      let isTakenIn = false;
      operations.runNow(Status.Loading, () => {
        isTakenIn = this.#applyExternal(change);
      });
      return isTakenIn;
    }
    if (canApply && isChanges(change) && !binding.isContested(change)) {
      this.loads++;
      const catchUps = this.#catchUps;
      void operations.run<unknown>(Status.Loading, () => {
        // What was announced before we caught up may be older than what we have taken in.
        if (catchUps !== this.#catchUps) return this.#catchUp();
        return binding.whenIdle(() => this.#applyExternal(change));
      });
    } else if (!this.#isReloadQueued) {
      // What arrives while we read or write may be older or newer than what we write: read to know.
      this.#isReloadQueued = true;
      this.loads++;
      void operations.run(Status.Loading, () => {
        this.#isReloadQueued = false;
        return this.#catchUp();
      });
    }
    return false;
  }

  /** Takes in what others wrote; only to be called from within an operation. */
  applyChanges(changes: readonly unknown[]): Promise<void> {
    this.#catchUps++;
    return this.#context.binding.whenIdle(() => {
      for (const change of changes) {
        if (!isChanges(change)) throw this.#invalid('changes');
        this.#context.binding.applyChanges(change);
      }
    });
  }

  /** @returns Whether it could be applied. */
  #applyExternal(change: ExternalChange): boolean {
    const {binding, reporter} = this.#context;
    try {
      if (isChanges(change)) {
        binding.applyChanges(change);
      } else {
        const content = toContent(change);
        if (!content) throw this.#invalid('content');
        binding.applyContent(content);
        binding.isBaseKnown = 'yes';
        this.state = 'loaded';
        this.receipts.acknowledge(0);
        this.noteReadable();
      }
      return true;
    } catch (error) {
      reporter.report(error, 'listen');
      return false;
    }
  }

  async #read(): Promise<EncodedContent | PreparedContent | undefined> {
    const {adapter} = this.#context;
    const data = await callAdapter(this.#context, 'load', (signal) => adapter.read(signal));
    if (data === undefined) return undefined;
    const content = isPrepared(data) ? data : toContent(data);
    if (content) return content;
    throw new PersisterError('UNREADABLE', `${adapter.name} holds something that is not content`, {
      phase: 'load',
      storage: adapter.name,
      retriable: false,
    });
  }

  #putInitial(): void {
    const setInitial = this.#setInitial;
    this.#setInitial = undefined;
    const {binding, reporter} = this.#context;
    if (setInitial) reporter.contain(() => binding.setInitialContent(setInitial), 'load');
  }

  #fail(thrown: unknown): PersisterError {
    const error = this.#context.reporter.report(thrown, 'load');
    this.unread = error;
    const isRetried =
      this.#isWanted() &&
      error.awaitsRetry !== true &&
      this.backOff.failures + 1 < this.#context.options.maxAttempts;
    // Also if we see no hope: somebody may mend what is stored, and nobody would tell us.
    if (isRetried) this.backOff.retryAfter(error);
    else this.receipts.reject(error);
    if (!isRetried || !error.retriable) this.#onHopeless(error);
    this.#context.onStateChange();
    return error;
  }

  #failToListen(thrown: unknown): void {
    this.listenError = this.#context.reporter.report(thrown, 'listen');
    this.#context.onStateChange();
  }

  #invalid(what: string): PersisterError {
    const storage = this.#context.adapter.name;
    return new PersisterError(
      'INVALID_CONTENT',
      `${storage} announced ${what} of the wrong shape`,
      {
        phase: 'listen',
        storage,
        retriable: false,
      },
    );
  }
}

/** The life of a transaction: opening, listeners, rollback, and who may write when. */
import {ChangeLog} from './change-log.ts';
import {dispatch} from './dispatch.ts';
import type {TransactionSummary} from './internals.ts';
import {InvalidLog} from './invalid-log.ts';
import {Kind, type Listeners} from './listeners.ts';
import type {StoreData} from './store-data.ts';
import {summarize} from './transaction-summary.ts';
import type {Writer} from './writer.ts';

export class Transactions {
  /** What listeners and `doRollback` get as the store. */
  store: unknown;
  readonly observers: Set<(summary: TransactionSummary) => void> = new Set();
  readonly #data: StoreData;
  readonly #writer: Writer;
  readonly #listeners: Listeners;
  readonly #whenIdle: (() => void)[] = [];
  #depth = 0;
  /** Listeners that cannot write are being called. */
  #isSealed = false;
  /** Something inside threw: whatever else is done, it will be rolled back. */
  #isDoomed = false;
  #log: ChangeLog | undefined;
  #invalid: InvalidLog | undefined;
  #rules: Pick<Writer, 'tablesRules' | 'valuesRules'> | undefined;

  constructor(data: StoreData, writer: Writer, listeners: Listeners) {
    this.#data = data;
    this.#writer = writer;
    this.#listeners = listeners;
  }

  get isOpen(): boolean {
    return this.#depth > 0;
  }

  /** What the open transaction has changed; `undefined` outside of one. */
  get log(): ChangeLog | undefined {
    return this.#log;
  }

  get invalid(): InvalidLog | undefined {
    return this.#invalid;
  }

  whenIdle(action: () => void): void {
    if (this.isOpen) this.#whenIdle.push(action);
    else action();
  }

  /** Runs one write. Nobody can tell that it was no transaction if nobody listens and none is open. */
  write<Result>(write: () => Result): Result | undefined {
    if (this.#isSealed) return undefined;
    if (this.#depth > 0 || (this.#listeners.isEmpty && this.observers.size === 0)) return write();
    return this.run(write);
  }

  run<Result>(actions: () => Result, doRollback?: (store: unknown) => unknown): Result | undefined {
    if (this.#isSealed) return undefined;
    this.start();
    let result: Result;
    try {
      result = actions();
    } catch (error) {
      this.#isDoomed = true;
      this.finish();
      throw error;
    }
    this.finish(doRollback);
    return result;
  }

  start(): void {
    if (this.#isSealed || this.#depth++ > 0) return;
    const {tablesRules, valuesRules} = this.#writer;
    this.#rules = {tablesRules, valuesRules};
    this.#invalid = this.#writer.invalid = new InvalidLog();
    this.#log = this.#data.log = new ChangeLog();
    const errors: unknown[] = [];
    this.#call(Kind.startTransaction, errors);
    if (errors.length > 0) {
      this.#undo();
      this.#end();
      throw errors[0];
    }
  }

  finish(doRollback?: (store: unknown) => unknown): void {
    if (this.#isSealed || this.#depth === 0) return;
    if (this.#depth > 1) {
      this.#depth--;
      return;
    }
    const errors: unknown[] = [];
    try {
      if (!this.#isDoomed) this.#commit(doRollback, errors);
    } catch (error) {
      this.#isDoomed = true;
      errors.push(error);
    } finally {
      if (this.#isDoomed) this.#undo();
      this.#end();
    }
    if (errors.length > 0) throw errors[0];
  }

  #commit(doRollback: ((store: unknown) => unknown) | undefined, errors: unknown[]): void {
    this.#dispatch(true, (error) => {
      throw error;
    });
    // A listener may have caught what a transaction of its own threw.
    if (this.#isDoomed) return;
    if (doRollback?.(this.store)) this.#undo();
    this.#call(Kind.willFinishTransaction, errors);
    if (errors.length > 0) this.#undo();
    this.#isSealed = true;
    this.#dispatch(false, (error) => errors.push(error));
    this.#observe();
    this.#call(Kind.didFinishTransaction, errors);
  }

  #observe(): void {
    if (this.observers.size === 0 || !this.#log) return;
    const summary = summarize(this.#data, this.#log);
    if (!summary) return;
    for (const observer of this.observers) observer(summary);
  }

  #dispatch(isMutator: boolean, onError: (error: unknown) => void): void {
    if (!this.#log || !this.#invalid || this.#listeners.isEmpty) return;
    if (isMutator && !this.#listeners.hasMutators) return;
    const {store} = this;
    const transaction = {
      data: this.#data,
      log: this.#log,
      invalid: this.#invalid,
      listeners: this.#listeners,
      store,
    };
    dispatch(transaction, isMutator, onError);
  }

  /** Transaction listeners all run, whatever one of them throws. */
  #call(kind: Kind, errors: unknown[]): void {
    this.#listeners.forEach(kind, false, [], ({call}) => {
      try {
        (call as (store: unknown) => unknown)(this.store);
      } catch (error) {
        errors.push(error);
      }
    });
  }

  #undo(): void {
    if (this.#log) this.#data.undo(this.#log);
    if (this.#rules) Object.assign(this.#writer, this.#rules);
    this.#log = this.#data.log = new ChangeLog();
  }

  #end(): void {
    this.#depth = 0;
    this.#isSealed = this.#isDoomed = false;
    this.#log = this.#data.log = undefined;
    this.#invalid = this.#writer.invalid = undefined;
    for (const action of this.#whenIdle.splice(0)) action();
  }
}

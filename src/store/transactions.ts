/** The life of a transaction: opening, listeners, rollback, and who may write when. */
import {ChangeLog} from './change-log.ts';
import {CONTENT_KINDS, Dispatcher} from './dispatch.ts';
import type {TransactionSummary} from './internals.ts';
import {Kind, type Listeners} from './listeners.ts';
import {netChanges, summaryOf} from './net-changes.ts';
import type {StoreData} from './store-data.ts';
import type {Store} from './types.ts';
import type {Writer} from './writer.ts';

type DoRollback = (store: Store) => unknown;

export class Transactions {
  /** Called when a transaction is done, before the listeners to that; cells of new rows may be missing. */
  observers: readonly ((summary: TransactionSummary) => void)[] = [];
  readonly #store: Store;
  readonly #data: StoreData;
  readonly #writer: Writer;
  readonly #listeners: Listeners;
  readonly #dispatcher: Dispatcher;
  readonly #whenIdle: (() => void)[] = [];
  readonly #log = new ChangeLog();
  #depth = 0;
  /** The outermost transaction is being finished. */
  #isFinishing = false;
  /** Listeners that cannot write are being called. */
  #isSealed = false;
  /** Something inside threw: whatever else is done, it will be rolled back. */
  #isDoomed = false;
  /** The rules before. */
  #tablesRules: Writer['tablesRules'];
  #valuesRules: Writer['valuesRules'];

  constructor(store: Store, data: StoreData, writer: Writer, listeners: Listeners) {
    this.#store = store;
    this.#data = data;
    this.#writer = writer;
    this.#listeners = listeners;
    this.#dispatcher = new Dispatcher(store, data, listeners);
  }

  get isOpen(): boolean {
    return this.#depth > 0;
  }

  whenIdle(action: () => void): void {
    if (this.isOpen) this.#whenIdle.push(action);
    else action();
  }

  /** Runs one write. Nobody can tell that it was no transaction if nobody listens and none is open. */
  write<Result>(write: (writer: Writer) => Result): Result | undefined {
    if (this.#isSealed) return undefined;
    const isUnseen = this.#listeners.byId.size === 0 && this.observers.length === 0;
    return this.#depth > 0 || isUnseen ? write(this.#writer) : this.run(write);
  }

  run<Result>(actions: (writer: Writer) => Result, doRollback?: DoRollback): Result | undefined {
    if (this.#isSealed) return undefined;
    this.start();
    let result: Result;
    try {
      result = actions(this.#writer);
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
    this.#tablesRules = this.#writer.tablesRules;
    this.#valuesRules = this.#writer.valuesRules;
    this.#data.log = this.#log;
    const errors: unknown[] = [];
    if (this.#hasListeners) this.#call(Kind.startTransaction, errors);
    if (errors.length > 0) {
      this.#undo();
      this.#end(errors);
    }
  }

  finish(doRollback?: DoRollback): void {
    // A listener that finishes more than it started must not finish what it is called for.
    if (this.#isSealed || this.#depth === 0 || (this.#isFinishing && this.#depth === 1)) return;
    if (this.#depth > 1) {
      this.#depth--;
      return;
    }
    const errors: unknown[] = [];
    this.#isFinishing = true;
    try {
      if (!this.#isDoomed) this.#commit(doRollback, errors);
    } catch (error) {
      this.#isDoomed = true;
      errors.push(error);
    }
    if (this.#isDoomed) this.#undo();
    this.#end(errors);
  }

  #commit(doRollback: DoRollback | undefined, errors: unknown[]): void {
    const {mutators, others} = this.#listeners;
    if (mutators.kinds !== 0) {
      this.#dispatcher.callMutators(this.#log, this.#writer.invalid);
      // A listener may have caught what a transaction of its own threw.
      if (this.#isDoomed) return;
    }
    if (doRollback?.(this.#store)) this.#undo();
    if (this.#hasListeners) this.#call(Kind.willFinishTransaction, errors);
    if (errors.length > 0) this.#undo();
    this.#isSealed = true;
    const isHeard = (others.kinds & CONTENT_KINDS) !== 0;
    if (isHeard || this.observers.length > 0) {
      const changes = isHeard ? netChanges(this.#data, this.#log, true) : undefined;
      if (changes) this.#dispatcher.callOthers(changes, this.#writer.invalid, errors);
      const summary = changes ?? summaryOf(this.#data, this.#log);
      if (!summary.isEmpty) {
        for (const observer of this.observers) attempt(observer, summary, errors);
      }
    }
    if (this.#hasListeners) this.#call(Kind.didFinishTransaction, errors);
  }

  /** Whether anybody listens to transactions themselves. */
  get #hasListeners(): boolean {
    return this.#listeners.others.kinds > CONTENT_KINDS;
  }

  /** Transaction listeners all run, whatever one of them throws. */
  #call(kind: Kind, errors: unknown[]): void {
    this.#listeners.others.forEach(kind, [], ({call}) => {
      attempt(call as (store: Store) => unknown, this.#store, errors);
    });
  }

  #undo(): void {
    if (this.#data.log) this.#data.undo(this.#log);
    this.#writer.tablesRules = this.#tablesRules;
    this.#writer.valuesRules = this.#valuesRules;
  }

  /** @throws The first of the errors. */
  #end(errors: unknown[]): void {
    this.#depth = 0;
    this.#isFinishing = this.#isSealed = this.#isDoomed = false;
    this.#data.log = this.#writer.invalid = undefined;
    this.#log.clear();
    if (this.#whenIdle.length > 0) {
      for (const action of this.#whenIdle.splice(0)) attempt(action, undefined, errors);
    }
    if (errors.length > 0) throw errors[0];
  }
}

const attempt = <Arg>(action: (arg: Arg) => unknown, arg: Arg, errors: unknown[]): void => {
  try {
    action(arg);
  } catch (error) {
    errors.push(error);
  }
};

/**
 * Saves what a database allows: in one go, as it nearly always does; if something is refused, all is done again
 * with an eye on what it is.
 */
import {PersisterError} from '../../errors.ts';
import type {SqlDialect} from './dialect.ts';
import {type Refused, Refusals} from './refusals.ts';
import type {SqlWork} from './sql-driver.ts';

export interface Save {
  readonly dialect: SqlDialect;
  /** Does work in a transaction. @param onDone Called when there is nothing left but to commit. */
  run<Result>(getWork: () => SqlWork<Result>, onDone: () => void): Promise<Result>;
  /** Writes everything. @param refusals Where what is refused goes; without it, all fails. */
  write(refusals?: Refusals): SqlWork<void>;
  /** Writes again what has been refused. */
  writeAgain(refused: Refused, refusals: Refusals): SqlWork<void>;
  /** Called when nothing has been saved, and before the next attempt. */
  onRefused(): void;
}

/** @param checksDeferred Whether constraints are checked that would be at the end only. */
const writeAllowed = function* (save: Save, checksDeferred: boolean): SqlWork<Refusals> {
  const {dialect} = save;
  const check = checksDeferred ? yield* dialect.checkDeferred() : undefined;
  let refusals = new Refusals(dialect, check);
  yield* save.write(refusals);
  while (refusals.isStale) {
    const before = refusals;
    refusals = new Refusals(dialect, check);
    for (const refused of before.list) yield* save.writeAgain(refused, refusals);
    refusals.isStale = refusals.list.length < before.list.length;
  }
  return refusals;
};

/** @returns What has been refused; all else is saved. */
export const saveAllowed = async (save: Save): Promise<Refusals> => {
  const {dialect} = save;
  const state = {isDone: false};
  const run = <Result>(getWork: () => SqlWork<Result>): Promise<Result> => {
    state.isDone = false;
    return save.run(getWork, () => {
      state.isDone = true;
    });
  };
  const wasDone = (): boolean => state.isDone;
  const overcome = (error: unknown): void => {
    const cause = error instanceof PersisterError ? error.cause : undefined;
    if (cause === undefined || dialect.classify(cause).isRefusal !== true) throw error;
    save.onRefused();
  };
  try {
    await run(() => save.write());
    return new Refusals(dialect);
  } catch (error) {
    overcome(error);
  }
  // To check all at once would refuse rows that refer to each other, so it is done only if the end has been refused.
  if (!wasDone()) {
    try {
      return await run(() => writeAllowed(save, false));
    } catch (error) {
      if (!wasDone()) throw error;
      overcome(error);
    }
  }
  return run(() => writeAllowed(save, true));
};

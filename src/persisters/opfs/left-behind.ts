/**
 * What a page leaves behind if it goes before it is written. A browser may or may not go through with a write that
 * it has been told to commit, once the page is gone. So what is left says by what the next page can tell: it would
 * be lost, or be stored a second time, maybe over what others have written since.
 */
import type {EncodedChanges} from '../../store/internals.ts';
import {LeaveJournal, type LeftChanges} from '../engine/leave-journal.ts';

interface Carried {
  readonly changes: EncodedChanges;
  readonly inFlight: EncodedChanges | undefined;
}

interface CommittedWrite {
  /** What was carried when it began. */
  readonly has: Carried | undefined;
  readonly evidence: string;
}

/** Called when the browser is about to be told to commit a write, with what tells later whether it has done so. */
export type OnCommit = (evidence: string) => void;

/** Whether the write has come about that this is the evidence of. */
export type HasWritten = (evidence: string) => Promise<boolean>;

export class LeftBehind {
  readonly #journal: LeaveJournal;
  readonly #report: (error: unknown) => void;
  #carried: Carried | undefined;
  /** The write that is being committed. */
  #write: CommittedWrite | undefined;

  /**
   * @param storage The name of what is written, like no other.
   * @param report Gets what goes wrong though nobody is there to be told by a rejection.
   */
  constructor(storage: string, report: (error: unknown) => void) {
    this.#journal = new LeaveJournal(storage);
    this.#report = report;
  }

  /** What an adapter's `carry` has to do. */
  carry(changes: EncodedChanges | undefined, inFlight?: EncodedChanges): void {
    this.#keep(changes && {changes, inFlight});
  }

  /** Runs a write: all that is carried by now is part of it; what is carried meanwhile says what is not. */
  async write(run: (onCommit: OnCommit) => Promise<void>): Promise<void> {
    const has = this.#carried;
    let write: CommittedWrite | undefined;
    this.#write = undefined;
    const onCommit = (evidence: string): void => {
      this.#write = write = {has, evidence};
      if (!this.#carried) return;
      try {
        this.#keep(this.#carried);
      } catch (error) {
        this.#report(error);
      }
    };
    try {
      await run(onCommit);
    } finally {
      if (this.#write === write) this.#write = undefined;
    }
  }

  /** What other pages have left and has not been written, oldest first, and all that they have left. */
  async left(hasWritten: HasWritten): Promise<[missing: LeftChanges[], all: LeftChanges[]]> {
    const all = this.#journal.left(this.#report);
    const missing: LeftChanges[] = [];
    for (const one of all) {
      const {evidence} = one;
      if (evidence === undefined || !(await hasWritten(evidence))) missing.push(one);
    }
    return [missing, all];
  }

  /** What is evidence by now is about to be no more. */
  async settle(hasWritten: HasWritten): Promise<void> {
    for (const one of this.#journal.left(() => undefined)) {
      const {evidence} = one;
      if (evidence !== undefined) this.#journal.decide(one, await hasWritten(evidence));
    }
  }

  /** Forgets what has been written. */
  remove(left: readonly LeftChanges[]): void {
    this.#journal.remove(left);
  }

  #keep(carried: Carried | undefined): void {
    const write = this.#write;
    const commit = write && {evidence: write.evidence, isAll: write.has === carried};
    this.#journal.keep(carried?.changes, carried?.inFlight, commit);
    this.#carried = carried;
  }
}

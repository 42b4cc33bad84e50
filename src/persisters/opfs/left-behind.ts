/**
 * What a page leaves behind if it goes before it is written. Once a write cannot be stopped any more, since the
 * browser has been told to commit it, what it has is left behind no longer: it would be stored a second time,
 * maybe over what others have written since.
 */
import type {EncodedChanges} from '../../store/internals.ts';
import {LeaveJournal, type LeftChanges} from '../engine/leave-journal.ts';

interface Carried {
  readonly changes: EncodedChanges;
  readonly inFlight: EncodedChanges | undefined;
}

/** Tells how far a write has got. */
export interface WriteProgress {
  /** The browser has been told to commit it. */
  committed(): void;
  /** It has failed all the same. */
  failed(): void;
}

export class LeftBehind {
  readonly #journal: LeaveJournal;
  readonly #report: (error: unknown) => void;
  #carried: Carried | undefined;

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
    this.#journal.keep(changes, inFlight);
    this.#carried = changes && {changes, inFlight};
  }

  /** A write begins: all that is carried by now is part of it; what is carried later says what is not. */
  begin(): WriteProgress {
    const atBegin = this.#carried;
    let before: Carried | undefined;
    return {
      committed: () => {
        before = this.#carried;
        if (before) this.#tryToCarry(before === atBegin ? undefined : before.changes);
      },
      failed: () => {
        if (before) this.#tryToCarry(before.changes, before.inFlight);
      },
    };
  }

  #tryToCarry(changes: EncodedChanges | undefined, inFlight?: EncodedChanges): void {
    try {
      this.carry(changes, inFlight);
    } catch (error) {
      this.#report(error);
    }
  }

  /** What other pages have left, oldest first. */
  left(): readonly LeftChanges[] {
    return this.#journal.left(this.#report);
  }

  /** Forgets what has been written. */
  remove(left: readonly LeftChanges[]): void {
    this.#journal.remove(left);
  }
}

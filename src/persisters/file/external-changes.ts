/**
 * Tells what others have written. What they add to a journal is announced as changes, but does not count as
 * known: a write must meet with it, so that none is made from content which does not have it yet.
 */
import type {ExternalChange} from '../engine/storage-adapter.ts';
import {codeOf} from './file-errors.ts';
import {lookAtStored, NOTHING, readAddition, type Version} from './stored-files.ts';

const keyOf = ({snapshot, journal, journalLength}: Version): string =>
  [snapshot, journal, journalLength].join();

/** The state of the files; if they cannot be reached, that is a state too, and reading will tell. */
const look = async (target: string): Promise<Version> => {
  try {
    return await lookAtStored(target);
  } catch (error) {
    return {...NOTHING, snapshot: codeOf(error)};
  }
};

export class ExternalChanges {
  /** What was there when we last looked. */
  #seen: string;
  /** How much of the journal has been announced. */
  #announced: Version = NOTHING;

  private constructor(seen: string) {
    this.#seen = seen;
  }

  /** Takes what is there now for seen if nothing is known: who asks is about to read. */
  static async start(target: string, known: Version | undefined): Promise<ExternalChanges> {
    return new ExternalChanges(known ? '' : keyOf(await look(target)));
  }

  /** Calls `onChange` if others have written since the last call, and since what is `known`. */
  async check(
    target: string,
    known: Version | undefined,
    onChange: (change?: ExternalChange) => void,
  ): Promise<void> {
    const now = await look(target);
    const key = keyOf(now);
    if (key === this.#seen) return;
    this.#seen = key;
    if (known && key === keyOf(known)) return;
    const addition = known && (await this.#readAddition(target, known, now));
    if (addition) addition.forEach((changes) => onChange(changes));
    else onChange();
  }

  async #readAddition(
    target: string,
    known: Version,
    now: Version,
  ): Promise<readonly ExternalChange[] | undefined> {
    const {snapshot, journal, journalLength} = this.#announced;
    const isSame = snapshot === now.snapshot && journal === now.journal;
    const from = isSame ? Math.max(journalLength, known.journalLength) : known.journalLength;
    try {
      const addition = await readAddition(target, known, now, from);
      if (addition) this.#announced = {...now, journalLength: addition.length};
      return addition?.changes;
    } catch (error) {
      // Gone or out of reach meanwhile: then reading everything will tell.
      this.#seen = codeOf(error);
      return undefined;
    }
  }
}

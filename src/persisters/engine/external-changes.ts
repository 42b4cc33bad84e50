/**
 * Tells what others have written. What they add to a journal is announced as changes, but does not count as
 * known: a write must meet with it, so that none is made from content which does not have it yet.
 */
import type {EncodedChanges} from '../../store/internals.ts';
import type {SnapshotMark} from './journal.ts';
import type {ExternalChange} from './storage-adapter.ts';

/** Which files they are, and how much of the journal counts: enough to find out that others have written. */
export interface Version {
  /** `''`: there is no such file. */
  readonly snapshot: string;
  /** Missing if it has not been computed. */
  readonly mark?: SnapshotMark | undefined;
  readonly journal: string;
  /** Bytes of the journal's whole records. */
  readonly journalLength: number;
}

/** A snapshot and its journal. */
export interface JournaledFiles {
  /** The files at this moment; `journalLength` is that of the whole file. */
  look(): Promise<Version>;
  /**
   * What others have added to the journal after its first `from` bytes, and how long it is now.
   * @param known What it is added to.
   * @param now The files as they are.
   * @returns `undefined` if something else has happened to the files.
   */
  readAddition(
    known: Version,
    now: Version,
    from: number,
  ): Promise<{changes: EncodedChanges[]; length: number} | undefined>;
}

/** There are no files. */
export const NOTHING: Version = {snapshot: '', journal: '', journalLength: 0};

const keyOf = ({snapshot, journal, journalLength}: Version): string =>
  [snapshot, journal, journalLength].join();

const UNREACHABLE = {...NOTHING, snapshot: 'unreachable'};

/** The state of the files; if they cannot be reached, that is a state too, and reading will tell. */
const look = async (files: JournaledFiles): Promise<Version> => {
  try {
    return await files.look();
  } catch {
    return UNREACHABLE;
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
  static async start(files: JournaledFiles, known: Version | undefined): Promise<ExternalChanges> {
    return new ExternalChanges(known ? '' : keyOf(await look(files)));
  }

  /** Calls `onChange` if others have written since the last call, and since what is `known`. */
  async check(
    files: JournaledFiles,
    known: Version | undefined,
    onChange: (change?: ExternalChange) => void,
  ): Promise<void> {
    const now = await look(files);
    const key = keyOf(now);
    if (key === this.#seen) return;
    this.#seen = key;
    if (known && key === keyOf(known)) return;
    const addition = known && (await this.#readAddition(files, known, now));
    if (addition) addition.forEach((changes) => onChange(changes));
    else onChange();
  }

  async #readAddition(
    files: JournaledFiles,
    known: Version,
    now: Version,
  ): Promise<readonly ExternalChange[] | undefined> {
    const {snapshot, journal, journalLength} = this.#announced;
    const isSame = snapshot === now.snapshot && journal === now.journal;
    const from = isSame ? Math.max(journalLength, known.journalLength) : known.journalLength;
    try {
      const addition = await files.readAddition(known, now, from);
      if (addition) this.#announced = {...now, journalLength: addition.length};
      return addition?.changes;
    } catch {
      // Gone or out of reach meanwhile: then reading everything will tell.
      this.#seen = keyOf(UNREACHABLE);
      return undefined;
    }
  }
}

/** Where persisters are tried, as whoever has a storage provides it. */
import type {Persister, PersisterOptions} from '../persisters/engine/persister-types.ts';
import type {EncodedContent} from '../store/internals.ts';
import type {Store} from '../store/types.ts';
import type {Faults} from './faults.ts';

/**
 * What can be done with a persister and its harness, beyond loading and saving:
 * - `faults`: `create` puts the faults it is given between the persister and its storage
 * - `external`: `writeExternally` is there
 * - `watch`: an auto-loading persister hears what others write
 * - `conflicts`: what others write is never overwritten unseen
 * - `incremental`: a change is stored without the rest; shown by `writeChanges` in the calls of `faults`
 * - `unreadable`: `corrupt` and `readRaw` are there
 * - `carry`: what a page cannot write before it goes is found stored by whoever reads next
 * - `setAside`: what cannot be read is moved away before a save; `getSetAside` is there
 */
export type PersisterCapability =
  | 'faults'
  | 'external'
  | 'watch'
  | 'conflicts'
  | 'incremental'
  | 'unreadable'
  | 'setAside'
  | 'carry';

/** A fresh one, with nothing stored, is made for each test. */
export interface PersisterHarness {
  /**
   * A new persister of `store` on `place`, as an app would create it; a second one on the same place
   * stands for a second process.
   * @param options To be passed on; they hold a clock that the suite moves.
   * @param faults To be put between the persister and its storage, see `withFaults`. Not wrong at first.
   */
  create(
    store: Store,
    place: string,
    options: PersisterOptions,
    faults: Faults,
  ): Persister | Promise<Persister>;
  /** What is stored at `place`, in its stored form, `undefined` if nothing; past all persisters. */
  readBack(place: string): Promise<unknown>;
  /** Replaces what is stored at `place`, at once, as another process would. */
  writeExternally?(place: string, content: EncodedContent): Promise<void>;
  /** Makes what `place` holds unreadable. */
  corrupt?(place: string): Promise<void>;
  /** What `place` holds, as it lies there. */
  readRaw?(place: string): Promise<string | undefined>;
  /** All that has been set aside from `place`, as it lies there. */
  getSetAside?(place: string): Promise<readonly (string | undefined)[]>;
  cleanUp(): Promise<void>;
}

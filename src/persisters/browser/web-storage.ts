/**
 * Keeps a store as JSON text under one key of `localStorage` or `sessionStorage`, and what has changed since in a
 * journal beside it: where other tabs may write at the same time, for a moment, and for large texts, which it would
 * take long to replace, until there is nothing else to do.
 */
import type {PersisterError} from '../../errors.ts';
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';
import {differenceOf} from '../engine/content-difference.ts';
import {applyChangesToContent, toContent} from '../engine/content.ts';
import {codeOfDomError} from '../engine/dom-errors.ts';
import {decodeJson} from '../engine/json-codec.ts';
import type {JsonText} from '../engine/json-text.ts';
import type {ExternalChange, GetContent, StorageAdapter} from '../engine/storage-adapter.ts';
import {runExclusively} from './exclusively.ts';
import {Journal, type View} from './journal.ts';
import {Known} from './known.ts';
import {setAside} from './set-aside.ts';
import {type StorageArea, StorageAccess} from './storage-access.ts';

export interface WebStorageOptions {
  /** `auto`: there may be a journal. `compatible`: always one key. Default `auto`. */
  readonly format?: 'auto' | 'compatible' | undefined;
  /** From which length on changes stay in the journal for a while, in UTF-16 code units. Default 262,144. */
  readonly journalThresholdLength?: number | undefined;
}

/** Of a longer text, in UTF-16 code units, no storage has room for the changes that make it as well. */
const MAX_TWICE_LENGTH = 2_500_000;
/** So many records that could be removed make it worthwhile to replace a large text. */
const MAX_SETTLED = 100;

export class WebStorage implements StorageAdapter {
  readonly name: string;
  /** Only where a write waits for other tabs: all others end in the turn in which they begin. */
  readonly carry?: NonNullable<StorageAdapter['carry']>;
  readonly #access: StorageAccess;
  readonly #key: string;
  readonly #text: Pick<JsonText, 'parts'>;
  readonly #report: (error: PersisterError) => void;
  readonly #journal: Journal;
  /** Whether several tabs may write at the same time. */
  readonly #isShared: boolean;
  readonly #threshold: number;
  /** What has been read or written here, and nobody else should have changed. `undefined`: nothing yet. */
  #known: Known | undefined;
  /** That, and what has been announced since, of which we cannot tell whether it has been taken in yet. */
  #told: Known | undefined;
  /** Whether a write that is running is stored already, in the journal. */
  #isAppended = false;
  /** The keys of what is carried: records like others, until they are withdrawn. */
  readonly #carried: string[] = [];

  /** @param report Gets what is worth knowing though nothing has failed: a journal that was set aside. */
  constructor(
    area: StorageArea,
    key: string,
    text: Pick<JsonText, 'parts'>,
    report: (error: PersisterError) => void,
    {format = 'auto', journalThresholdLength = 262_144}: WebStorageOptions = {},
  ) {
    this.#access = new StorageAccess(area, key);
    this.name = this.#access.name;
    this.#key = key;
    this.#text = text;
    this.#report = report;
    this.#journal = new Journal(key);
    this.#isShared = format === 'auto' && area === 'localStorage';
    this.#threshold = format === 'auto' ? journalThresholdLength : Infinity;
    if (this.#isShared) this.carry = this.#carry.bind(this);
  }

  read(): Promise<unknown> {
    return this.#access.use('load', (storage) => {
      const view = this.#journal.look(storage);
      this.#know(view);
      const content = this.#contentOf(storage, view);
      this.#know(this.#setForeignAside(storage, view));
      return content;
    });
  }

  write(getContent: GetContent): Promise<void> {
    return this.#access.use('save', (storage) => {
      const view = this.#compare(storage);
      const text = this.#textOf(getContent);
      if (!this.#isShared || text.length > MAX_TWICE_LENGTH) {
        this.#replace(storage, view, text);
        return undefined;
      }
      const stored = toContent(this.#contentOf(storage, view)) ?? [{}, {}];
      const changes = differenceOf(stored, getContent());
      return this.#append(storage, this.#withoutVoid(storage, view), changes, getContent, true);
    });
  }

  writeChanges(changes: EncodedChanges, getContent: GetContent): Promise<void> {
    return this.#access.use('save', (storage) => {
      const view = this.#compare(storage);
      const isLarge = (view.text?.length ?? 0) >= this.#threshold;
      if (!isLarge && !this.#isShared) {
        this.#replace(storage, view, this.#textOf(getContent));
        return undefined;
      }
      const isFolded = !isLarge || this.#journal.countSettled(view) >= MAX_SETTLED;
      return this.#append(storage, view, changes, getContent, isFolded);
    });
  }

  /** Folds the journal in. */
  tidy(getContent: GetContent): Promise<void> {
    return this.#access.use('save', async (storage) => {
      const failure = await this.#fold(storage, getContent);
      if (failure) throw failure;
    });
  }

  watch(onChange: (change?: ExternalChange) => void): Promise<() => void> {
    return this.#access.use('listen', (storage, {addEventListener, removeEventListener}) => {
      if (!addEventListener || !removeEventListener) {
        const message = 'cannot be watched: there are no events here';
        throw this.#access.error('UNAVAILABLE', message, 'listen');
      }
      const onStorage = ({storageArea, key}: StorageEvent): void => {
        // Without a key, everything has been removed.
        const isOurs = key === this.#key || key === null || this.#journal.isRecordKey(key);
        if (storageArea === storage && isOurs) this.#announce(storage, onChange);
      };
      addEventListener('storage', onStorage);
      return () => removeEventListener('storage', onStorage);
    });
  }

  setAside(): Promise<string> {
    return this.#access.use('save', (storage) => {
      const {keys} = this.#compare(storage);
      const setAsideAs = setAside(storage, this.#key, [this.#key]);
      if (keys.length > 0) this.#setJournalAside(storage, keys);
      this.#know({text: null, keys: []});
      return setAsideAs;
    });
  }

  #carry(changes: EncodedChanges | undefined, inFlight?: EncodedChanges): void {
    const carried = this.#carried;
    if (!changes && carried.length === 0) return;
    this.#access.useNow('save', (storage) => {
      const view = this.#withoutVoid(storage, this.#journal.look(storage));
      const isKnown = this.#isKnown(view);
      const {length} = carried;
      for (const one of [this.#isAppended ? undefined : inFlight, changes]) {
        if (one && !isEmpty(one)) carried.push(this.#journal.append(storage, view, one));
      }
      for (const key of carried.splice(0, length)) storage.removeItem(key);
      if (isKnown) this.#know(this.#journal.look(storage));
    });
  }

  /** Tells of what is new since it was last told. An event may be older than what is stored by now, maybe by us. */
  #announce(storage: Storage, onChange: (change?: ExternalChange) => void): void {
    const view = this.#journal.look(storage);
    const additions = this.#told?.additionsIn(view);
    if (additions?.length === 0) return;
    this.#told = new Known(view);
    const added = additions && this.#journal.decode(storage, view, additions);
    if (added?.foreign.length === 0) {
      for (const changes of added.changes) onChange(changes);
    } else {
      onChange(this.#readableContentOf(storage, view));
    }
  }

  /** `undefined` also if it should rather be read, which fails then, so that all follows that must. */
  #readableContentOf(storage: Storage, view: View): EncodedContent | undefined {
    try {
      return toContent(this.#contentOf(storage, view));
    } catch {
      return undefined;
    }
  }

  /** What is stored: the text, and the changes to it. */
  #contentOf(storage: Storage, view: View): unknown {
    const {changes} = this.#journal.decode(storage, view);
    if (!view.text && changes.length === 0) return undefined;
    const data = this.#decode(view.text);
    const content = changes.length > 0 ? toContent(data) : undefined;
    if (!content) return data;
    applyChangesToContent(content, changes);
    return content;
  }

  #decode(text: string | null): unknown {
    if (!text) return [{}, {}];
    try {
      return decodeJson(text);
    } catch (cause) {
      throw this.#access.error('UNREADABLE', 'holds text that is not JSON', 'load', {cause});
    }
  }

  /** @throws PersisterError `CONFLICT` if somebody else has written. @returns What is stored. */
  #compare(storage: Storage): View {
    this.#isAppended = false; // whatever has become of an earlier write
    const view = this.#journal.look(storage);
    if (!this.#known || this.#isKnown(view)) return view;
    // None: what has been announced is gone again.
    const additions = this.#known.additionsIn(view) ?? [];
    const added = additions.length > 0 && this.#journal.decode(storage, view, additions);
    const changes = added && added.foreign.length === 0 ? added.changes : undefined;
    if (changes) this.#know(view);
    throw this.#access.error('CONFLICT', 'has been changed by somebody else', 'save', {
      retriable: true,
      ...(changes ? {changes} : {}),
    });
  }

  /** Adds changes to the journal, and then, if `isFolded`, has the text hold them, too. */
  async #append(
    storage: Storage,
    view: View,
    changes: EncodedChanges,
    getContent: GetContent,
    isFolded: boolean,
  ): Promise<void> {
    let key: string;
    try {
      key = this.#journal.append(storage, view, changes);
    } catch (error) {
      if (codeOfDomError(error) !== 'QUOTA') throw error;
      // What there is no room for may have become less.
      this.#replace(storage, view, this.#textOf(getContent));
      return;
    }
    this.#know({...view, keys: [...view.keys, key]});
    if (!isFolded) return;
    this.#isAppended = true;
    const failure = await this.#fold(storage, getContent);
    this.#isAppended = false;
    if (!failure) return;
    if (failure.code === 'QUOTA' && (storage.getItem(key)?.length ?? 0) >= this.#threshold) {
      // There is no room for as much twice.
      const text = this.#textOf(getContent);
      storage.removeItem(key);
      this.#replace(storage, this.#journal.look(storage), text);
    } else {
      this.#report(failure);
    }
  }

  /** Replaces all that is there by one text, in one turn. */
  #replace(storage: Storage, view: View, text: string): void {
    storage.setItem(this.#key, text);
    if (this.#isShared) this.#markIfRoom(storage, view, text);
    for (const key of view.keys) storage.removeItem(key);
    this.#know(this.#journal.look(storage));
  }

  /** Changes that other tabs have made meanwhile go on with the new text, if there is room to say so. */
  #markIfRoom(storage: Storage, view: View, text: string): void {
    try {
      this.#journal.mark(storage, view, text);
    } catch (error) {
      if (codeOfDomError(error) !== 'QUOTA') throw error;
    }
  }

  /** Has the text hold what the journal holds. It is stored, whatever becomes of this. @returns Why it failed. */
  async #fold(storage: Storage, getContent: GetContent): Promise<PersisterError | undefined> {
    const outcome: {failure?: PersisterError} = {};
    const fold = (): void => {
      try {
        this.#foldAtOnce(storage, getContent);
      } catch (error) {
        outcome.failure = this.#access.toPersisterError(error, 'save');
      }
    };
    if (this.#isShared) await runExclusively(`cellar:${this.name}`, fold);
    else fold();
    return outcome.failure;
  }

  #foldAtOnce(storage: Storage, getContent: GetContent): void {
    let view = this.#journal.look(storage);
    if (view.keys.length === 0) return;
    const isKnown = this.#isKnown(view);
    const text = (isKnown && this.#textIfIdle(getContent)) || this.#storedText(storage, view);
    if (text === undefined) return;
    if (text !== view.text) view = this.#replaceText(storage, view, text);
    this.#journal.removeSettled(storage, view);
    if (isKnown) this.#know(this.#journal.look(storage));
  }

  /** The mark comes first, so that nobody takes us for a stranger, but nothing has been marked that is not there. */
  #replaceText(storage: Storage, view: View, text: string): View {
    const keys = [...view.keys];
    if (view.text === null) {
      keys.push(this.#journal.markFirst(storage, view, text));
      storage.setItem(this.#key, text);
    }
    const mark = this.#journal.mark(storage, {text: view.text, keys}, text);
    try {
      storage.setItem(this.#key, text);
    } catch (error) {
      storage.removeItem(mark);
      throw error;
    }
    return {text, keys: [...keys, mark]};
  }

  #textOf(getContent: GetContent): string {
    return this.#text.parts(getContent).join('');
  }

  /** `undefined` while a transaction is open, whose work is not to be stored. */
  #textIfIdle(getContent: GetContent): string | undefined {
    try {
      return this.#textOf(getContent);
    } catch {
      return undefined;
    }
  }

  #storedText(storage: Storage, view: View): string | undefined {
    const content = this.#contentOf(storage, view);
    return content === undefined ? undefined : JSON.stringify(content);
  }

  /** Whether the store, but for what is pending, is what is stored. */
  #isKnown(view: View): boolean {
    return this.#known === this.#told && this.#known?.additionsIn(view)?.length === 0;
  }

  #know(view: View): void {
    this.#known = this.#told = new Known(view);
  }

  #withoutVoid(storage: Storage, view: View): View {
    if (!this.#journal.isVoid(view)) return view;
    for (const key of view.keys) storage.removeItem(key);
    return {text: view.text, keys: []};
  }

  #setForeignAside(storage: Storage, view: View): View {
    const {foreign} = this.#journal.decode(storage, view);
    if (foreign.length === 0) return view;
    this.#setJournalAside(storage, foreign);
    return this.#journal.look(storage);
  }

  #setJournalAside(storage: Storage, keys: readonly string[]): void {
    try {
      const setAsideAs = setAside(storage, `${this.#key}.journal`, keys);
      const message = `has a journal that does not belong to it; it is now in ${setAsideAs}`;
      this.#report(this.#access.error('UNREADABLE', message, 'load', {setAsideAs}));
    } catch (error) {
      this.#report(this.#access.toPersisterError(error, 'load')); // what is good can be read all the same
    }
  }
}

const isEmpty = ([tables, values]: EncodedChanges): boolean =>
  Object.keys(tables).length === 0 && Object.keys(values).length === 0;

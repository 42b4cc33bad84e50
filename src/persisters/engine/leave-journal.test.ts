// @vitest-environment happy-dom
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {limitStorage} from '../../../test/support/limited-storage.ts';
import type {PersisterError} from '../../errors.ts';
import type {EncodedChanges} from '../../store/internals.ts';
import {LeaveJournal} from './leave-journal.ts';

const change = (age: number | undefined): EncodedChanges => [{pets: {fido: {age}}}, {}, 1];

const errors: PersisterError[] = [];
const report = (error: PersisterError): void => void errors.push(error);

/** What a page that opens the same storage finds. */
const found = (storage = 'idb:pets'): unknown[] =>
  new LeaveJournal(storage)
    .left(report)
    .map(({page, number, changes}) => ({page, number, changes}));

beforeEach(() => {
  localStorage.clear();
  errors.length = 0;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('LeaveJournal', () => {
  it('hands on what was kept, deletions included', () => {
    const journal = new LeaveJournal('idb:pets');
    journal.keep(change(undefined));
    expect(found()).toStrictEqual([{page: journal.page, number: 1, changes: change(undefined)}]);
    expect(errors).toStrictEqual([]);
  });

  it('hands on what was in flight under the number of that write, before what was not', () => {
    const journal = new LeaveJournal('idb:pets');
    expect([journal.begin(), journal.begin()]).toStrictEqual([1, 2]);
    journal.keep(change(4), change(3));
    const {page} = journal;
    expect(found()).toStrictEqual([
      {page, number: 2, changes: change(3)},
      {page, number: 3, changes: change(4)},
    ]);
    expect(journal.begin()).toBe(4);
  });

  it('keeps the latest only, and nothing when nothing is needed', () => {
    const journal = new LeaveJournal('idb:pets');
    for (const age of [1, 2, 3]) journal.keep(change(age));
    expect(found()).toStrictEqual([{page: journal.page, number: 3, changes: change(3)}]);
    journal.keep(undefined);
    journal.keep(undefined);
    expect(localStorage).toHaveLength(0);
  });

  it('never uses a key again', () => {
    const journal = new LeaveJournal('idb:pets');
    const keys = new Set<string>();
    for (const age of [1, 2, 3]) {
      journal.keep(change(age));
      for (const key of Object.keys(localStorage)) keys.add(key);
      if (age === 2) journal.keep(undefined);
    }
    expect(keys.size).toBe(3);
  });

  it('hands on what pages have left in the order of time', () => {
    vi.useFakeTimers({toFake: ['Date']});
    const journals = [3, 1, 2].map((at) => {
      vi.setSystemTime(at);
      const journal = new LeaveJournal('idb:pets');
      journal.keep(change(at));
      return journal;
    });
    const [last, first, second] = journals.map(({page}) => page);
    expect(found()).toMatchObject([{page: first}, {page: second}, {page: last}]);
  });

  it('does not hand on to the page itself, nor to another storage', () => {
    const journal = new LeaveJournal('idb:pets');
    journal.keep(change(4));
    expect(journal.left(report)).toStrictEqual([]);
    expect(found('idb:pet')).toStrictEqual([]);
    expect(found('idb:pets.left')).toStrictEqual([]);
    new LeaveJournal('idb:pets.left.x').keep(change(5));
    expect(found()).toMatchObject([{page: journal.page}]);
  });

  it('removes what it is told to, and not what has been kept since', () => {
    const journal = new LeaveJournal('idb:pets');
    journal.begin();
    journal.keep(change(4), change(3));
    const other = new LeaveJournal('idb:pets');
    const left = other.left(report);
    journal.keep(change(5), change(3));
    other.remove(left);
    expect(found()).toMatchObject([{number: 1}, {number: 3, changes: change(5)}]);
    other.remove(other.left(report));
    expect(localStorage).toHaveLength(0);
  });

  it.each([
    ['torn', '{"at":1,"changes":[{"pets"'],
    ['not changes', '{"at":1,"changes":[{},{}]}'],
    ['of another format', '{"at":1,"changes":[{},{},1],"inFlight":[{},{},1]}'],
    ['without a time', '{"changes":[{},{},1]}'],
    ['nothing', 'null'],
    ['a number', '5'],
    ['text', '"text"'],
  ])('leaves and reports a record that is %s', (_, text) => {
    localStorage.setItem('idb:pets.left.page.1', text);
    expect(found()).toStrictEqual([]);
    expect(errors).toMatchObject([
      {code: 'UNREADABLE', phase: 'load', storage: 'idb:pets', retriable: false},
    ]);
    expect(errors[0]?.message).toBe(
      'What a page left behind of idb:pets cannot be read; it stays in idb:pets.left.page.1',
    );
    expect(localStorage.getItem('idb:pets.left.page.1')).toBe(text);
  });

  it('finds records of any number, and takes no other keys for records', () => {
    const keys = ['page.1x', 'page.x1', 'page.1.2', 'page.', 'page', '.1', ''];
    for (const key of keys) localStorage.setItem(`idb:pets.left.${key}`, 'no record');
    const journal = new LeaveJournal('idb:pets');
    for (let age = 1; age <= 12; age++) journal.keep(change(age));
    expect(found()).toStrictEqual([{page: journal.page, number: 12, changes: change(12)}]);
    expect(errors).toStrictEqual([]);
    journal.keep(undefined);
    expect(localStorage).toHaveLength(keys.length);
  });

  it('keeps no more than it may, but what it kept before', () => {
    const journal = new LeaveJournal('idb:pets', 200);
    journal.keep(change(4));
    const expected = {code: 'QUOTA', phase: 'save', storage: 'idb:pets', retriable: true};
    const tooMuch: EncodedChanges = [{}, {story: 'x'.repeat(200)}, 1];
    expect(() => journal.keep(tooMuch)).toThrow(expect.objectContaining(expected));
    expect(found()).toMatchObject([{changes: change(4)}]);
  });

  it('says so if local storage is full, and keeps what it kept before', () => {
    const journal = new LeaveJournal('idb:pets');
    journal.keep(change(4));
    limitStorage('localStorage', 120);
    expect(() => journal.keep(change(5))).toThrow(expect.objectContaining({code: 'QUOTA'}));
    expect(found()).toMatchObject([{changes: change(4)}]);
  });

  it('finds nothing where there is no local storage, and says so only if it should keep something', () => {
    vi.stubGlobal('localStorage', undefined);
    const journal = new LeaveJournal('idb:pets');
    expect(journal.left(report)).toStrictEqual([]);
    journal.remove([]);
    journal.keep(undefined);
    const message = 'What a page left behind of idb:pets cannot be kept for the next page';
    expect(() => journal.keep(change(4))).toThrow(
      expect.objectContaining({code: 'UNAVAILABLE', retriable: true, message}),
    );
    expect(errors).toStrictEqual([]);
  });

  it('does so, too, where local storage is blocked', () => {
    const original = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
    const get = (): never => {
      throw new DOMException('Access is denied for this document.', 'SecurityError');
    };
    Object.defineProperty(globalThis, 'localStorage', {configurable: true, get});
    try {
      const journal = new LeaveJournal('idb:pets');
      expect(journal.left(report)).toStrictEqual([]);
      expect(() => journal.keep(change(4))).toThrow(expect.objectContaining({code: 'DENIED'}));
    } finally {
      if (original) Object.defineProperty(globalThis, 'localStorage', original);
    }
  });
});

import {describe, expect, it} from 'vitest';
import type {EncodedChanges} from '../../store/internals.ts';
import {ExternalChanges, type JournaledFiles, NOTHING, type Version} from './external-changes.ts';

const set = (age: number): EncodedChanges => [{pets: {fido: {age}}}, {}, 1];

/** A snapshot and its journal, of one byte per record, that a test writes and breaks. */
class Files implements JournaledFiles {
  version: Version = {snapshot: 's1', journal: 'j1', journalLength: 0};
  readonly records: EncodedChanges[] = [];
  isReachable = true;
  isReadable = true;
  /** From where additions have been asked for. */
  readonly asked: number[] = [];

  add(changes: EncodedChanges): void {
    this.records.push(changes);
    this.version = {...this.version, journalLength: this.records.length};
  }

  rewrite(snapshot: string, journal: string): void {
    this.records.length = 0;
    this.version = {snapshot, journal, journalLength: 0};
  }

  look(): Promise<Version> {
    return this.isReachable ? Promise.resolve(this.version) : Promise.reject(new Error('EIO'));
  }

  readAddition(
    known: Version,
    now: Version,
    from: number,
  ): Promise<{changes: EncodedChanges[]; length: number} | undefined> {
    this.asked.push(from);
    if (!this.isReadable) return Promise.reject(new Error('EIO'));
    if (known.snapshot !== now.snapshot || known.journal !== now.journal) {
      return Promise.resolve(undefined);
    }
    return Promise.resolve({changes: this.records.slice(from), length: this.records.length});
  }
}

interface Subject {
  readonly files: Files;
  /** What is announced when others are looked for, knowing this. */
  readonly check: (known?: Version) => Promise<unknown[]>;
}

const subject = async (known?: Version, files = new Files()): Promise<Subject> => {
  const external = await ExternalChanges.start(files, known);
  return {
    files,
    check: async (knownNow) => {
      const told: unknown[] = [];
      await external.check(files, knownNow, (change) => told.push(change));
      return told;
    },
  };
};

const EVERYTHING = [undefined];

describe('ExternalChanges', () => {
  it('tells nothing while nothing has been written', async () => {
    const {files, check} = await subject();
    expect(await check()).toStrictEqual([]);
    expect(await check(files.version)).toStrictEqual([]);
  });

  it('tells what is there at the start if something else is known', async () => {
    const {files, check} = await subject(NOTHING);
    expect(await check(NOTHING)).toStrictEqual(EVERYTHING);
    expect(await check(NOTHING)).toStrictEqual([]);
    files.rewrite('s2', 'j2');
    expect(await check(NOTHING)).toStrictEqual(EVERYTHING);
  });

  it('tells nothing of what is known, as it was written or read here', async () => {
    const {files, check} = await subject();
    files.add(set(1));
    expect(await check(files.version)).toStrictEqual([]);
    expect(files.asked).toStrictEqual([]);
  });

  it('tells what has been added to the journal, each once', async () => {
    const {files, check} = await subject();
    const known = files.version;
    files.add(set(1));
    files.add(set(2));
    expect(await check(known)).toStrictEqual([set(1), set(2)]);
    expect(await check(known)).toStrictEqual([]);
    files.add(set(3));
    expect(await check(known)).toStrictEqual([set(3)]);
    expect(files.asked).toStrictEqual([0, 2]);
  });

  it('tells nothing again that has been taken in since', async () => {
    const {files, check} = await subject();
    const known = files.version;
    files.add(set(1));
    expect(await check(known)).toStrictEqual([set(1)]);
    for (const age of [2, 3]) files.add(set(age));
    const later = files.version;
    files.add(set(4));
    expect(await check(later)).toStrictEqual([set(4)]);
    expect(files.asked).toStrictEqual([0, 3]);
  });

  it.each([
    ['snapshot', 's2', 'j1'],
    ['journal', 's1', 'j2'],
  ])('tells that all is to be read if the %s is another', async (_name, snapshot, journal) => {
    const {files, check} = await subject();
    const known = files.version;
    files.add(set(1));
    await check(known);
    files.rewrite(snapshot, journal);
    expect(await check(known)).toStrictEqual(EVERYTHING);
    expect(files.asked).toStrictEqual([0, 0]);
    const rewritten = files.version;
    files.add(set(2));
    expect(await check(rewritten)).toStrictEqual([set(2)]);
    expect(files.asked).toStrictEqual([0, 0, 0]);
  });

  it('tells that all is to be read if nothing is known', async () => {
    const {files, check} = await subject();
    files.add(set(1));
    expect(await check()).toStrictEqual(EVERYTHING);
    expect(files.asked).toStrictEqual([]);
  });

  it('tells once that the files cannot be reached, and once that they can again', async () => {
    const {files, check} = await subject();
    const known = files.version;
    files.isReachable = false;
    expect(await check()).toStrictEqual(EVERYTHING);
    expect(await check()).toStrictEqual([]);
    files.isReachable = true;
    expect(await check()).toStrictEqual(EVERYTHING);
    files.isReachable = false;
    await check();
    files.isReachable = true;
    expect(await check(known)).toStrictEqual([]);
  });

  it('tells that all is to be read if an addition cannot be, and looks again', async () => {
    const {files, check} = await subject();
    const known = files.version;
    files.add(set(1));
    files.isReadable = false;
    expect(await check(known)).toStrictEqual(EVERYTHING);
    files.isReadable = true;
    expect(await check(known)).toStrictEqual([set(1)]);
    expect(await check(known)).toStrictEqual([]);
  });
});

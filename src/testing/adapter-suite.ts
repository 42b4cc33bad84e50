/** The contract of a storage adapter, as tests that every adapter runs: ours, and those of others. */
import type {PersisterError} from '../errors.ts';
import {isChanges, isPrepared, toContent} from '../persisters/engine/content.ts';
import type {
  ExternalChange,
  GetContent,
  StorageAdapter,
} from '../persisters/engine/storage-adapter.ts';
import {createStore} from '../store/index.ts';
import type {EncodedChanges, EncodedContent} from '../store/internals.ts';
import {internalsOf} from '../store/store-internals.ts';
import type {Store} from '../store/types.ts';
import {assert, assertCode, assertRejects, assertSame, isSame, show} from './assertions.ts';
import {EMPTY, MANY_ROWS, ODDITIES, PETS} from './sample-content.ts';
import {defineTest, missing, type TestRunner} from './test-runner.ts';
import {type Patience, turn, until} from './waiting.ts';

/** Where adapters are tried. A fresh one, with nothing stored, is made for each test. */
export interface StorageHarness {
  /**
   * A new adapter for what is stored at `place`; a second one on the same place stands for a second
   * process. What it is given to write is the content of `store`, in case it takes it from there.
   */
  open(place: string, store: Store): StorageAdapter | Promise<StorageAdapter>;
  /** Makes what `place` holds unreadable. Needed for the capability `unreadable`. */
  corrupt?(place: string): Promise<void>;
  /** What `place` holds, as it lies there, `undefined` if nothing. Needed for `unreadable`. */
  readRaw?(place: string): Promise<string | undefined>;
  /**
   * Makes the storage at `place`, which holds nothing yet, refuse a row `refused` of the table `pets` for good, and no
   * other. Needed for `denials`.
   */
  refuse?(place: string): Promise<void>;
  /** What lies there under a name that `setAside` returned. Needed for `unreadable` with `setAside`. */
  readSetAside?(place: string, name: string): Promise<string | undefined>;
  cleanUp(): Promise<void>;
}

/**
 * What an adapter can do beyond reading and writing. The first seven are its optional methods.
 * - `conflicts`: it finds out that somebody else has written, and rejects with `CONFLICT`
 * - `unreadable`: the harness can make what is stored unreadable
 * - `denials`: it may refuse rows, and then stores all others and says which with `DENIED`
 */
export type StorageCapability =
  | 'writeChanges'
  | 'watch'
  | 'readChanges'
  | 'setAside'
  | 'carry'
  | 'tidy'
  | 'close'
  | 'conflicts'
  | 'unreadable'
  | 'denials';

export interface SuiteOptions {
  /** The storage cannot tell empty content from none. Default false. */
  readonly isEmptyNothing?: boolean;
  /** How long to wait for what should come, at most, in milliseconds. Default 10,000. */
  readonly patienceMs?: number;
}

const METHODS = [
  'writeChanges',
  'watch',
  'readChanges',
  'setAside',
  'carry',
  'tidy',
  'close',
] as const;

const signal = (): AbortSignal => new AbortController().signal;

/** An adapter, and the store whose content it is given. */
class Handle {
  readonly adapter: StorageAdapter;
  readonly #store: Store;
  readonly #getContent: GetContent;

  constructor(adapter: StorageAdapter, store: Store) {
    this.adapter = adapter;
    this.#store = store;
    this.#getContent = Object.assign(() => internalsOf(store).getContent(), {holdsMore: false});
  }

  async read(): Promise<unknown> {
    const content = await this.adapter.read(signal());
    return isPrepared(content) ? content.toContent() : content;
  }

  async write(content: EncodedContent): Promise<void> {
    internalsOf(this.#store).setContent(structuredClone(content));
    await this.rewrite();
  }

  get store(): Store {
    return this.#store;
  }

  /** Writes what the store holds. */
  async rewrite(): Promise<void> {
    await this.adapter.write(this.#getContent, signal());
  }

  /** Changes the store, and writes that change. */
  async writeChanges(changes: EncodedChanges): Promise<void> {
    internalsOf(this.#store).applyChanges(structuredClone(changes));
    await this.adapter.writeChanges?.(changes, this.#getContent, signal());
  }

  async tidy(): Promise<void> {
    await this.adapter.tidy?.(this.#getContent, signal());
  }

  /** Reads, and puts what was read in the store, as the engine does. */
  async load(): Promise<void> {
    const content = toContent(await this.read());
    if (content) internalsOf(this.#store).setContent(content);
  }

  /** Writes while there is no content to be had, as during a transaction. */
  async writeInTransaction(): Promise<unknown> {
    const error = new Error('A transaction is open');
    const getContent = Object.assign(
      () => {
        throw error;
      },
      {holdsMore: true},
    );
    return assertRejects(this.adapter.write(getContent, signal()), 'write of no content');
  }
}

/**
 * Defines a suite that tests adapters for the promises of `StorageAdapter`.
 * @param title What the adapter is called.
 * @param capabilities Exactly what it can do; tests of what it cannot are shown as skipped.
 * @param setUp Makes a fresh harness for each test.
 */
export const describeStorageAdapter = (
  runner: TestRunner,
  title: string,
  capabilities: readonly StorageCapability[],
  setUp: () => Promise<StorageHarness> | StorageHarness,
  {patienceMs = 10_000, isEmptyNothing = false}: SuiteOptions = {},
): void => {
  let harness: StorageHarness | undefined;
  let opened: StorageAdapter[] = [];
  const patience: Patience = {patienceMs};

  const current = (): StorageHarness => {
    if (!harness) throw new Error('There is no harness outside tests');
    return harness;
  };
  const open = async (place = 'a'): Promise<Handle> => {
    const store = createStore();
    const adapter = await current().open(place, store);
    opened.push(adapter);
    return new Handle(adapter, store);
  };
  const stored = async (place = 'a'): Promise<unknown> => (await open(place)).read();
  const assertStored = async (expected: unknown, what: string, place = 'a'): Promise<void> => {
    const isNothing = isEmptyNothing && isSame(expected, EMPTY);
    assertSame(await stored(place), isNothing ? undefined : expected, what);
  };
  const test = (
    name: string,
    needed: readonly StorageCapability[],
    run: () => Promise<void>,
  ): void => {
    defineTest(runner, name, missing(capabilities, needed), run);
  };
  const corrupt = async (place = 'a'): Promise<string | undefined> => {
    await current().corrupt?.(place);
    return current().readRaw?.(place);
  };

  runner.describe(`StorageAdapter: ${title}`, () => {
    runner.beforeEach(async () => {
      opened = [];
      harness = await setUp();
    });
    runner.afterEach(async () => {
      for (const adapter of opened) await adapter.close?.();
      await harness?.cleanUp();
      harness = undefined;
    });

    test('offers exactly the capabilities it declares', [], async () => {
      const {adapter} = await open();
      const declared = METHODS.filter((method) => capabilities.includes(method));
      const offered = METHODS.filter((method) => adapter[method] !== undefined);
      assertSame(offered, declared, 'optional methods');
      const canCorrupt = current().corrupt !== undefined && current().readRaw !== undefined;
      assertSame(canCorrupt, capabilities.includes('unreadable'), 'the harness can corrupt');
      const canRefuse = current().refuse !== undefined;
      assertSame(canRefuse, capabilities.includes('denials'), 'the harness can have rows refused');
    });

    test('has a name that tells its place', [], async () => {
      const [one, other] = [await open('a'), await open('a')];
      assert(one.adapter.name !== '', 'the name is empty');
      assertSame(one.adapter.name, other.adapter.name, 'names of the same place');
    });

    test('reads undefined before the first write, and creates nothing by it', [], async () => {
      await assertStored(undefined, 'before the first write');
      await assertStored(undefined, 'after a read');
    });

    for (const [kind, content] of Object.entries({EMPTY, PETS, ODDITIES, MANY_ROWS})) {
      test(`gives back what it was given: ${kind}`, [], async () => {
        const handle = await open();
        await handle.write(content);
        assertSame(await handle.read(), content, 'read by the writer');
        await assertStored(content, 'read by another');
      });
    }

    test('hands out content that may be changed', [], async () => {
      const handle = await open();
      await handle.write(PETS);
      const [tables] = (await handle.read()) as EncodedContent;
      delete tables['pets'];
      assertSame(await handle.read(), PETS, 'read again');
    });

    test('replaces what was stored, even by nothing', [], async () => {
      await (await open()).write(PETS);
      const next: EncodedContent = [{pets: {rex: {age: 1}}}, {}];
      const handle = await open();
      await handle.load();
      await handle.write(next);
      await assertStored(next, 'after a second write');
      await handle.write(EMPTY);
      await assertStored(EMPTY, 'after a write of nothing');
    });

    test('keeps two places apart', [], async () => {
      await (await open('a')).write(PETS);
      await assertStored(undefined, 'the other place', 'ab');
      await (await open('ab')).write(EMPTY);
      await assertStored(PETS, 'the first place', 'a');
    });

    test('writes nothing if there is no content to be had', [], async () => {
      const handle = await open();
      await handle.write(PETS);
      const error = await handle.writeInTransaction();
      assert(String(error).includes('A transaction is open'), `another error: ${show(error)}`);
      await assertStored(PETS, 'after a write without content');
    });

    test('is atomic: who reads during writes reads one of them', [], async () => {
      const other: EncodedContent = [{pets: {rex: {age: 1}}}, {}];
      const writer = await open();
      await writer.write(PETS);
      const reader = await open();
      for (const next of [other, MANY_ROWS, PETS, other]) {
        const state = {isWriting: true};
        const writing = writer.write(next).finally(() => {
          state.isWriting = false;
        });
        while (state.isWriting) {
          const read = await reader.read();
          const isWhole = [PETS, other, MANY_ROWS].some((content) => isSame(content, read));
          assert(isWhole, `read something else: ${show(read)}`);
          await turn();
        }
        await writing;
      }
    });

    test('rejects what it cannot read with UNREADABLE, and leaves it', ['unreadable'], async () => {
      await (await open()).write(PETS);
      const raw = await corrupt();
      assertCode(await assertRejects(stored(), 'read'), 'UNREADABLE', 'read of the unreadable');
      assertSame(await current().readRaw?.('a'), raw, 'what lies there');
    });

    test('sets the unreadable aside, byte for byte', ['unreadable', 'setAside'], async () => {
      await (await open()).write(PETS);
      const raw = await corrupt();
      const handle = await open();
      await assertRejects(handle.read(), 'read');
      const name = await handle.adapter.setAside?.(signal());
      assert(typeof name === 'string' && name !== '', 'no name');
      assertSame(await current().readSetAside?.('a', name), raw, 'what was set aside');
      await assertStored(undefined, 'afterwards');
      await handle.write(EMPTY);
      await assertStored(EMPTY, 'after a write');
    });

    test('stores changes, and leaves the rest', ['writeChanges'], async () => {
      const handle = await open();
      await handle.write(PETS);
      await handle.writeChanges([
        {pets: {fido: {age: 5, sold: undefined, nick: '\ufffd["f"]'}}, new: {r: {c: 1}}},
        {open: undefined, closed: true},
        1,
      ]);
      const expected: EncodedContent = [
        {
          pets: {
            fido: {species: 'dog', age: 5, nick: '\ufffd["f"]'},
            felix: {species: 'cat', sold: false},
          },
          new: {r: {c: 1}},
        },
        {employees: 3, closed: true},
      ];
      await assertStored(expected, 'after changes');
    });

    test('stores deletions of rows and tables', ['writeChanges'], async () => {
      const handle = await open();
      await handle.write([
        {pets: {...PETS[0]['pets']}, other: {r: {c: 1}}, third: {r: {c: 1}}},
        {},
      ]);
      await handle.writeChanges([
        {pets: {fido: undefined}, other: undefined, third: {r: {c: undefined}}},
        {},
        1,
      ]);
      await assertStored([{pets: {felix: {species: 'cat', sold: false}}}, {}], 'after deletions');
    });

    test('stores one change after the other', ['writeChanges'], async () => {
      const handle = await open();
      await handle.write(PETS);
      for (let age = 0; age < 30; age++) {
        await handle.writeChanges([{pets: {fido: {age}}}, {}, 1]);
      }
      const [tables, values] = structuredClone(PETS);
      await assertStored(
        [
          {...tables, pets: {...tables['pets'], fido: {species: 'dog', age: 29, sold: true}}},
          values,
        ],
        'after 30 changes',
      );
    });

    const assertDenied = async (writing: Promise<void>): Promise<void> => {
      const error = await assertRejects(writing, 'write of a row that is refused');
      assertCode(error, 'DENIED', 'write of a row that is refused');
      const {denied = []} = error as PersisterError;
      assertSame(
        denied.map(({code, tableId, rowId}) => [code, tableId, rowId]),
        [['DENIED', 'pets', 'refused']],
        'rows that are refused',
      );
    };

    test('stores all rows but one that is refused, and says which', ['denials'], async () => {
      await current().refuse?.('a');
      const handle = await open();
      const [{pets}, values] = PETS;
      await assertDenied(handle.write([{pets: {refused: {age: 1}, ...pets}}, values]));
      await assertStored(PETS, 'the rest');
      await handle.write(PETS);
      await assertStored(PETS, 'after a write without it');
    });

    test(
      'stores all changes but those of a row that is refused, and says which',
      ['denials', 'writeChanges'],
      async () => {
        await current().refuse?.('a');
        const handle = await open();
        await handle.write(PETS);
        const rows = {fido: {age: 5}, refused: {age: 1}, rex: {age: 2}};
        await assertDenied(handle.writeChanges([{pets: rows}, {employees: 4}, 1]));
        const [tables, values] = structuredClone(PETS);
        const pets = {
          ...tables['pets'],
          fido: {...tables['pets']?.['fido'], age: 5},
          rex: rows.rex,
        };
        const expected = [
          {...tables, pets},
          {...values, employees: 4},
        ];
        await assertStored(expected, 'the rest');
        await handle.writeChanges([{pets: {refused: undefined}}, {}, 1]);
        await assertStored(expected, 'after it has been given up');
      },
    );

    test('finds out that somebody else has written', ['conflicts'], async () => {
      await (await open()).write(PETS);
      const [one, other] = [await open(), await open()];
      await one.load();
      await other.load();
      const theirs: EncodedContent = [{pets: {theirs: {age: 1}}}, {}];
      await other.write(theirs);
      const error = await assertRejects(one.write(EMPTY), 'write over what others wrote');
      assertCode(error, 'CONFLICT', 'write over what others wrote');
      await assertStored(theirs, 'after the conflict');
      const {changes} = error as PersisterError;
      assert(changes?.every(isChanges) ?? true, `not changes: ${show(changes)}`);
      await one.load();
      await one.write(EMPTY);
      await assertStored(EMPTY, 'after another read');
    });

    test(
      'loses neither of two changes by different writers',
      ['conflicts', 'writeChanges'],
      async () => {
        await (await open()).write(PETS);
        const [one, other] = [await open(), await open()];
        await one.load();
        await other.load();
        await other.writeChanges([{pets: {fido: {age: 9}}}, {}, 1]);
        const ours: EncodedChanges = [{pets: {felix: {age: 1}}}, {}, 1];
        const error = await one.writeChanges(ours).catch((thrown: unknown) => thrown);
        // A storage that can put both together need not tell.
        if (error !== undefined) {
          assertCode(error, 'CONFLICT', 'change under what others wrote');
          const {changes} = error as PersisterError;
          if (changes) assertSame(changes, [[{pets: {fido: {age: 9}}}, {}, 1]], 'their changes');
          else await one.load();
          await one.writeChanges(ours);
        }
        const [tables] = (await stored()) as EncodedContent;
        assertSame(tables['pets']?.['fido']?.['age'], 9, 'their cell');
        assertSame(tables['pets']?.['felix']?.['age'], 1, 'our cell');
      },
    );

    test('hears what others write, and not itself', ['watch'], async () => {
      const [one, other] = [await open(), await open()];
      await one.write(PETS);
      await one.load();
      await other.load();
      const heard: (ExternalChange | undefined)[] = [];
      const errors: unknown[] = [];
      const stop = await one.adapter.watch?.(
        (change) => heard.push(change),
        (error) => errors.push(error),
      );
      for (let age = 0; age < 10; age++) await one.write([{pets: {mine: {age}}}, {}]);
      await turn();
      await other.load();
      const theirs: EncodedContent = [{pets: {theirs: {age: 1}}}, {}];
      await other.write(theirs);
      await until(() => heard.length > 0, 'that their write is heard', patience);
      for (const change of heard) {
        // Without a payload it is to be read; with one, it is what they wrote.
        if (change && !isChanges(change)) assertSame(change, theirs, 'what was heard');
      }
      assertSame(errors, [], 'errors while watching');
      // One write may be told of twice, when it begins and when it ends, but ten of our own may not.
      assert(heard.length <= 3, `heard ${String(heard.length)} times of one write`);
      await stop?.();
      const count = heard.length;
      await other.write(EMPTY);
      await assertStored(EMPTY, 'written after the end');
      await turn();
      assertSame(heard.length, count, 'heard after the end');
    });

    test('keeps what it stored when it is closed', ['close'], async () => {
      const handle = await open();
      await handle.write(PETS);
      await handle.adapter.close?.();
      opened = opened.filter((adapter) => adapter !== handle.adapter);
      await assertStored(PETS, 'after close');
    });

    const age = (value: number): EncodedChanges => [{pets: {fido: {age: value}}}, {}, 1];
    const assertAge = async (expected: number, what: string): Promise<void> => {
      const [tables] = (await stored()) as EncodedContent;
      assertSame(tables['pets']?.['fido']?.['age'], expected, what);
    };

    test('carries what could not be written to whoever reads next', ['carry'], async () => {
      const handle = await open();
      await handle.write(PETS);
      handle.adapter.carry?.([{}, {open: false}, 1]);
      handle.adapter.carry?.([{pets: {felix: undefined}}, {open: undefined}, 1], age(5));
      const [tables, values] = structuredClone(PETS);
      delete tables['pets']?.['felix'];
      delete values['open'];
      const expected = [{pets: {fido: {...tables['pets']?.['fido'], age: 5}}}, values];
      await assertStored(expected, 'read by another');
      await assertStored(expected, 'read by a third');
    });

    test('carries it once, not over what was written later', ['carry'], async () => {
      const handle = await open();
      await handle.write(PETS);
      handle.adapter.carry?.(age(5));
      const other = await open();
      await other.load();
      internalsOf(other.store).applyChanges(age(6));
      await other.rewrite();
      await assertAge(6, 'read by a third');
    });

    test('does not carry what has been written', ['carry'], async () => {
      const handle = await open();
      await handle.write(PETS);
      handle.adapter.carry?.(age(5));
      handle.adapter.carry?.(undefined);
      await assertAge(4, 'after carry() without changes');
      await handle.load();
      handle.adapter.carry?.(age(6));
      internalsOf(handle.store).applyChanges(age(7));
      await handle.rewrite();
      await assertAge(7, 'after a write');
    });

    test(
      'does not carry what a write that was running has stored',
      ['carry', 'conflicts', 'writeChanges'],
      async () => {
        const [handle, other] = [await open(), await open()];
        await handle.write(PETS);
        await other.load();
        const writing = handle.writeChanges(age(5));
        handle.adapter.carry?.([{}, {open: false}, 1], age(5));
        await writing;
        const {changes} = (await assertRejects(
          other.writeChanges(age(6)),
          'change under what others wrote',
        )) as PersisterError;
        if (!changes) await other.load();
        await other.writeChanges(age(6));
        await assertAge(6, 'written later');
        const [, values] = (await stored()) as EncodedContent;
        assertSame(values['open'], false, 'what was not in flight');
      },
    );

    test('tidies without changing what is stored', ['tidy'], async () => {
      const handle = await open();
      await handle.write(PETS);
      if (capabilities.includes('writeChanges')) {
        await handle.writeChanges([{pets: {fido: {age: 5}}}, {}, 1]);
      }
      const before = await stored();
      await handle.tidy();
      await assertStored(before, 'after tidying');
      await handle.write(EMPTY);
      await assertStored(EMPTY, 'after a write');
    });
  });
};

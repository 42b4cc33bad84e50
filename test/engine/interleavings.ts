/**
 * Random lives of an app: a store that is auto-persisted in a shared, faulty storage, while somebody else
 * writes there, too. What each of both wrote last to each cell is noted, to be compared in the end.
 */
import fc from 'fast-check';
import {createPersister, type Persister} from '../../src/persisters/index.ts';
import {PersisterError} from '../../src/errors.ts';
import {createStore} from '../../src/store/index.ts';
import type {EncodedChanges, EncodedContent} from '../../src/store/internals.ts';
import type {Store} from '../../src/store/types.ts';
import {
  createFaults,
  type Faults,
  memoryStorage,
  type MemoryStorage,
  type VirtualClock,
  virtualClock,
  withFaults,
} from '../../src/testing/index.ts';
import {microtasks, settled, turn} from '../../src/testing/waiting.ts';

const TABLES = ['t1', 't2'];
const ROWS = ['r1', 'r2'];
const CELLS = ['a', 'b', 'c'];
const TIMEOUT_MS = 500;

export interface Spot {
  readonly tableId: string;
  readonly rowId: string;
  readonly cellId: string;
}

export type Step =
  | {readonly type: 'set'; readonly spots: readonly Spot[]}
  | {readonly type: 'delCell'; readonly spot: Spot}
  | {readonly type: 'delRow'; readonly spot: Spot}
  | {readonly type: 'delTable'; readonly spot: Spot}
  | {readonly type: 'setValue' | 'delValue'}
  | {readonly type: 'begin' | 'finish' | 'rollBack'}
  | {readonly type: 'external'; readonly spots: readonly Spot[]; readonly isDeletion: boolean}
  | {readonly type: 'save' | 'load' | 'retry' | 'restartLoading' | 'restartSaving' | 'leave'}
  | {
      readonly type: 'fail';
      readonly operation: 'read' | 'write';
      readonly times: number;
      readonly isDone: boolean;
      readonly isFinal: boolean;
    }
  | {readonly type: 'hold'; readonly operation: 'read' | 'write'}
  | {readonly type: 'slow'; readonly operation: 'read' | 'write'; readonly ms: number}
  | {readonly type: 'heal' | 'turn'}
  | {readonly type: 'advance'; readonly ms: number}
  | {readonly type: 'microtasks'; readonly count: number};

const spot = fc.record({
  tableId: fc.constantFrom(...TABLES),
  rowId: fc.constantFrom(...ROWS),
  cellId: fc.constantFrom(...CELLS),
});
const spots = fc.array(spot, {minLength: 1, maxLength: 4});
const operation = fc.constantFrom('read' as const, 'write' as const);
const of = <Type extends string>(...types: Type[]): fc.Arbitrary<{readonly type: Type}> =>
  fc.record({type: fc.constantFrom(...types)});

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {weight: 8, arbitrary: fc.record({type: fc.constant('set' as const), spots})},
    {weight: 2, arbitrary: fc.record({type: fc.constant('delCell' as const), spot})},
    {weight: 2, arbitrary: fc.record({type: fc.constant('delRow' as const), spot})},
    {weight: 1, arbitrary: fc.record({type: fc.constant('delTable' as const), spot})},
    {weight: 2, arbitrary: of('setValue', 'delValue')},
    {weight: 3, arbitrary: of('begin', 'finish', 'rollBack')},
    {
      weight: 5,
      arbitrary: fc.record({
        type: fc.constant('external' as const),
        spots,
        isDeletion: fc.boolean(),
      }),
    },
    {weight: 4, arbitrary: of('save', 'load', 'retry', 'restartLoading', 'restartSaving', 'leave')},
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('fail' as const),
        operation,
        times: fc.integer({min: 1, max: 3}),
        isDone: fc.boolean(),
        isFinal: fc.boolean(),
      }),
    },
    {weight: 2, arbitrary: fc.record({type: fc.constant('hold' as const), operation})},
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('slow' as const),
        operation,
        ms: fc.integer({min: 1, max: 2 * TIMEOUT_MS}),
      }),
    },
    {weight: 3, arbitrary: of('heal', 'turn')},
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constant('advance' as const),
        ms: fc.integer({min: 0, max: 1_000}),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('microtasks' as const),
        count: fc.integer({min: 0, max: 12}),
      }),
    },
  ),
  {maxLength: 40, size: 'max'},
);

const keyOf = ({tableId, rowId, cellId}: Spot): string => `${tableId}/${rowId}/${cellId}`;
const ALL_SPOTS: readonly Spot[] = TABLES.flatMap((tableId) =>
  ROWS.flatMap((rowId) => CELLS.map((cellId) => ({tableId, rowId, cellId}))),
);

const cellOf = ([tables]: EncodedContent, {tableId, rowId, cellId}: Spot): unknown =>
  tables[tableId]?.[rowId]?.[cellId];

/** What a writer wrote last, by cell or value; `undefined` for what it deleted. */
type Notes = Map<string, unknown>;

export class Life {
  readonly store: Store = createStore();
  readonly storage: MemoryStorage = memoryStorage();
  readonly faults: Faults = createFaults();
  readonly clock: VirtualClock = virtualClock();
  readonly persister: Persister;
  readonly ours: Notes = new Map();
  readonly theirs: Notes = new Map();
  readonly unexpected: unknown[] = [];
  #counter = 0;
  /** What was written in the open transaction. */
  #draft: Notes | undefined;
  /** Where cells were deleted in the transaction. */
  #thinned: Spot[] = [];
  readonly #asked: Promise<unknown>[] = [];

  /** @param isIncremental Whether the storage can store changes. */
  constructor(isIncremental: boolean, hasDerivedCells: boolean) {
    const adapter = this.storage.open('a');
    const {name, read, write, writeChanges, watch} = adapter;
    const whole = {
      name,
      read: read.bind(adapter),
      write: write.bind(adapter),
      watch: watch.bind(adapter),
      ...(isIncremental ? {writeChanges: writeChanges.bind(adapter)} : {}),
    };
    this.persister = createPersister(this.store, withFaults(whole, this.faults), {
      clock: this.clock,
      timeoutMs: TIMEOUT_MS,
      onIgnoredError: (error) => {
        const isExpected = error instanceof PersisterError && error.code !== 'HANDLER';
        if (!isExpected) this.unexpected.push(error);
      },
    });
    if (hasDerivedCells) this.#deriveCells();
  }

  get content(): EncodedContent {
    return this.store.getContent() as EncodedContent;
  }

  get stored(): EncodedContent {
    return this.storage.getContent('a') ?? [{}, {}];
  }

  async run(all: readonly Step[]): Promise<void> {
    await this.persister.startAutoPersisting();
    for (const step of all) await this.#take(step);
    if (this.#draft) await this.#take({type: 'finish'});
  }

  /** All is well again: waits until everything has been saved. */
  async settle(): Promise<void> {
    this.faults.heal();
    await this.#passTime(Promise.all(this.#asked), 'what was asked for');
    await this.#passTime(this.persister.retry(), 'retry()');
    await this.#passTime(this.persister.whenSaved(), 'whenSaved()');
    await this.#passTime(this.persister.schedule(), 'schedule()');
    await this.clock.advance(0);
  }

  /** Storage works again; what waits for it is given time. */
  async destroy(): Promise<void> {
    this.faults.heal();
    await this.#passTime(this.persister.destroy(), 'destroy()');
    // Rejected as not attempted, if it waited behind.
    await this.#passTime(Promise.allSettled(this.#asked), 'what was asked for');
  }

  /** Settles as `promise` does, while time goes on. */
  #passTime<Result>(promise: Promise<Result>, what: string): Promise<Result> {
    const poke = (): Promise<void> => this.clock.advance(TIMEOUT_MS / 5);
    return settled(promise, what, {patienceMs: 5_000, poke});
  }

  #ask(promise: Promise<unknown>): void {
    this.#asked.push(promise);
  }

  /** A mutator listener: changes of a cell change another one. */
  #deriveCells(): void {
    this.store.addCellListener(
      null,
      null,
      'a',
      (store: Store, tableId: string, rowId: string) => {
        const cell = store.getCell(tableId, rowId, 'a');
        if (cell !== undefined)
          store.setCell(tableId, rowId, 'derived', `of ${JSON.stringify(cell)}`);
        else if (store.hasRow(tableId, rowId)) store.delCell(tableId, rowId, 'derived');
      },
      true,
    );
  }

  #note(key: string, cell: unknown): void {
    (this.#draft ?? this.ours).set(key, cell);
  }

  /** With its last cell a row is deleted, whatever others have added to it. */
  #noteEmptied(): void {
    for (const {tableId, rowId} of this.#thinned) {
      if (!this.store.hasRow(tableId, rowId)) this.#deleteAll(tableId, rowId);
    }
    this.#thinned = [];
  }

  #deleteAll(tableId: string, rowId: string): void {
    for (const cellId of CELLS) this.#note(keyOf({tableId, rowId, cellId}), undefined);
  }

  async #take(step: Step): Promise<void> {
    const {store, persister, faults} = this;
    switch (step.type) {
      case 'set':
        store.transaction(() => {
          for (const {tableId, rowId, cellId} of step.spots) {
            const cell = `ours ${String(this.#counter++)}`;
            store.setCell(tableId, rowId, cellId, cell);
            this.#note(keyOf({tableId, rowId, cellId}), cell);
          }
        });
        return;
      case 'delCell': {
        const {tableId, rowId, cellId} = step.spot;
        if (!store.hasCell(tableId, rowId, cellId)) return;
        store.delCell(tableId, rowId, cellId);
        this.#note(keyOf(step.spot), undefined);
        this.#thinned.push(step.spot);
        if (!this.#draft) this.#noteEmptied();
        return;
      }
      case 'delRow': {
        const {tableId, rowId} = step.spot;
        if (!store.hasRow(tableId, rowId)) return;
        store.delRow(tableId, rowId);
        this.#deleteAll(tableId, rowId);
        return;
      }
      case 'delTable': {
        const {tableId} = step.spot;
        if (!store.hasTable(tableId)) return;
        store.delTable(tableId);
        for (const rowId of ROWS) this.#deleteAll(tableId, rowId);
        return;
      }
      case 'setValue': {
        const value = this.#counter++;
        store.setValue('v', value);
        this.#note('v', value);
        return;
      }
      case 'delValue':
        if (!store.hasValue('v')) return;
        store.delValue('v');
        this.#note('v', undefined);
        return;
      case 'begin':
        if (this.#draft) return;
        this.#draft = new Map();
        store.startTransaction();
        return;
      case 'finish':
      case 'rollBack': {
        if (!this.#draft) return;
        const draft = this.#draft;
        this.#draft = undefined;
        store.finishTransaction(() => step.type === 'rollBack');
        if (step.type === 'finish') {
          draft.forEach((cell, key) => this.ours.set(key, cell));
          this.#noteEmptied();
        }
        this.#thinned = [];
        return;
      }
      case 'external':
        this.#writeExternally(step.spots, step.isDeletion);
        return;
      case 'save':
        // Without a load that succeeded, an explicit save replaces what it does not know.
        if (persister.getState().load === 'loaded') this.#ask(persister.save());
        return;
      case 'load':
        this.#ask(persister.load());
        return;
      case 'retry':
        this.#ask(persister.retry());
        return;
      case 'restartLoading':
        this.#ask(persister.stopAutoLoad());
        this.#ask(persister.startAutoLoad());
        return;
      case 'restartSaving':
        this.#ask(persister.stopAutoSave());
        this.#ask(persister.startAutoSave());
        return;
      case 'leave':
        // The app goes on when what it asked for has been done; time must go on for that.
        void persister.whenSaved().catch(() => undefined);
        return;
      case 'fail':
        faults.fail(step.operation, {
          times: step.times,
          isDone: step.isDone,
          error: () =>
            new PersisterError(step.isFinal ? 'DENIED' : 'UNAVAILABLE', 'A fault was injected', {
              phase: 'save',
              storage: 'a',
              retriable: !step.isFinal,
            }),
        });
        return;
      case 'hold':
        faults.hold(step.operation);
        return;
      case 'slow':
        faults.slow(step.operation, step.ms, this.clock);
        return;
      case 'heal':
        faults.heal();
        return;
      case 'turn':
        return turn();
      case 'advance':
        return this.clock.advance(step.ms);
      case 'microtasks':
        return microtasks(step.count);
    }
  }

  /** Cell by cell, as another process that knows what is stored. */
  #writeExternally(all: readonly Spot[], isDeletion: boolean): void {
    const changes: EncodedChanges = [{}, {}, 1];
    for (const each of all) {
      const {tableId, rowId, cellId} = each;
      if (isDeletion && cellOf(this.stored, each) === undefined) continue;
      const cell = isDeletion ? undefined : `theirs ${String(this.#counter++)}`;
      ((changes[0][tableId] ??= {})[rowId] ??= {})[cellId] = cell;
      this.theirs.set(keyOf(each), cell);
    }
    this.storage.putChanges('a', changes);
  }
}

/** What is wrong in the end, if anything, in words. */
export const findLosses = ({ours, theirs}: Life, content: EncodedContent): string[] => {
  const losses: string[] = [];
  for (const each of ALL_SPOTS) {
    const key = keyOf(each);
    const cell = cellOf(content, each);
    const admissible = [ours, theirs].flatMap((notes) => (notes.has(key) ? [notes.get(key)] : []));
    if (admissible.length === 0) admissible.push(undefined);
    if (!admissible.includes(cell)) {
      losses.push(`${key} is ${String(cell)}, not ${admissible.map(String).join(' or ')}`);
    }
  }
  const value = ours.get('v');
  if (content[1]['v'] !== value) {
    losses.push(`v is ${String(content[1]['v'])}, not ${String(value)}`);
  }
  return losses;
};

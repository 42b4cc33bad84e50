import {inspect} from 'node:util';
import fc from 'fast-check';
import {createStore as createReference} from 'tinybase';
import {describe, expect, it} from 'vitest';
import {createStore} from '../../src/store/index.ts';
import {recordEvents} from '../../test/store/events.ts';
import {firstDifference} from '../../test/store/first-difference.ts';
import {
  call,
  type Choice,
  type Operation,
  operations,
  perform,
} from '../../test/store/operations.ts';
import {AS_THEY_ARE, stateOf} from '../../test/store/state.ts';
import {inComparableOrder, withoutDeviations} from './deviations.ts';

const CHOICE: Choice = {
  objects: true,
  invalid: false,
  shapes: false,
  rollback: false,
  schemas: false,
};

/** A listener that writes, or tries to. */
interface Writer {
  readonly kind: string;
  readonly path: readonly (string | null)[];
  readonly mutator: boolean;
  readonly writes: readonly Operation[];
}
const writers = fc.record({
  listening: fc.constantFrom<[string, (string | null)[]]>(
    ['Cell', [null, null, null]],
    ['Cell', ['t', null, 'c']],
    ['Row', [null, 'r']],
    ['Table', ['t']],
    ['TableIds', []],
    ['RowIds', [null]],
    ['HasCell', [null, null, 'd']],
    ['InvalidCell', [null, null, null]],
    ['Value', [null]],
    ['ValueIds', []],
    ['WillFinishTransaction', []],
    ['DidFinishTransaction', []],
    ['StartTransaction', []],
  ),
  mutator: fc.boolean(),
  writes: fc.array(operations(CHOICE), {maxLength: 2}),
});

const trace = (
  store: object,
  listeners: readonly Writer[],
  list: readonly Operation[],
): string[] => {
  const mutatorEvents = recordEvents(store, {mutator: true, getters: false});
  const results: unknown[] = [];
  for (const {kind, path, mutator, writes} of listeners) {
    const write = (): void => {
      results.push(...writes.map((operation) => [kind, perform(store, operation)]));
    };
    const flag = kind.endsWith('Transaction') ? [] : [mutator];
    call(store, `add${kind}Listener`, [...path, write, ...flag]);
  }
  const events = recordEvents(store);
  return list.map((operation) => {
    const result = perform(store, operation);
    const snapshots = mutatorEvents.splice(0).filter(([kind]) => kind !== 'mutator RowCount');
    const told = inComparableOrder([...snapshots, ...events.splice(0)]);
    const facts = {
      operation,
      result,
      results: results.splice(0),
      told,
      state: stateOf(store, AS_THEY_ARE),
    };
    return inspect(withoutDeviations(facts), {depth: null, maxArrayLength: null, compact: false});
  });
};

describe('the store does as the reference does', () => {
  it('with listeners that write', () => {
    fc.assert(
      fc.property(
        fc.array(writers, {minLength: 1, maxLength: 3}),
        fc.array(operations(CHOICE), {maxLength: 10}),
        (chosen, list) => {
          const listeners = chosen.map(({listening: [kind, path], ...rest}) => ({
            kind,
            path,
            ...rest,
          }));
          const [ours, theirs] = [createStore(), createReference()].map((store) =>
            trace(store, listeners, list),
          );
          expect(firstDifference(ours ?? [], theirs ?? [])).toBeUndefined();
        },
      ),
    );
  });
});

import {inspect} from 'node:util';
import {createStore as createReference} from 'tinybase';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createStore} from '../../src/store/index.ts';
import {recordEvents} from '../../test/store/events.ts';
import {firstDifference} from '../../test/store/first-difference.ts';
import {type Choice, operations, perform, type Operation} from '../../test/store/operations.ts';
import {AS_THEY_ARE, SORTED, stateOf} from '../../test/store/state.ts';
import {inComparableOrder, withoutDeviations, withoutLogged} from './deviations.ts';

const PATH = ['t', 'r', 'c'] as const;

/** Everything that happened, as text: unlike equality of objects, it tells prototypes and -0 apart. */
const trace = (
  store: object,
  list: readonly Operation[],
  {rollback, schemas}: Choice,
): string[] => {
  const ordered = !rollback && !schemas;
  const mutatorEvents = recordEvents(store, {path: PATH, mutator: true});
  const events = recordEvents(store, {path: PATH});
  const textOf = (value: unknown): string => inspect(value, {...WHOLE, sorted: !ordered});
  return list.map((operation) => {
    const result = withoutDeviations(perform(store, operation));
    const all = [...mutatorEvents.splice(0), ...events.splice(0)];
    const happened = schemas ? withoutLogged(all, rollback) : all;
    return textOf({
      operation,
      result,
      events: ordered
        ? inComparableOrder(happened)
        : happened.map((event) => textOf(withoutDeviations(event))).sort(),
      state: stateOf(store, ordered ? AS_THEY_ARE : SORTED),
    });
  });
};
const WHOLE = {depth: null, maxArrayLength: null, maxStringLength: null, compact: false} as const;

const behavesLikeTheReference = (choice: Choice, first: readonly Operation[] = []): void => {
  fc.assert(
    fc.property(fc.array(operations(choice), {maxLength: 25}), (list) => {
      const all = [...first, ...list];
      const [ours, theirs] = [createStore(), createReference()].map((store) =>
        trace(store, all, choice),
      );
      expect(firstDifference(ours ?? [], theirs ?? [])).toBeUndefined();
    }),
  );
};

const PLAIN: Choice = {
  objects: false,
  invalid: false,
  shapes: false,
  rollback: false,
  schemas: false,
  oneByOne: false,
};
const UNDER_SCHEMAS: Choice = {...PLAIN, oneByOne: true};
const SCHEMA: readonly Operation[] = [
  {
    method: 'setTablesSchema',
    args: [
      {
        t: {c: {type: 'number', default: 7}, d: {type: 'string', allowNull: true}},
        u: {c: {enum: ['x', 1], required: true}, 2: {type: ['array', 'boolean']}},
      },
    ],
  },
  {method: 'setValuesSchema', args: [{v: {type: 'number', default: 7}, w: {type: 'object'}}]},
];

describe('the store does as the reference does', () => {
  it('with plain cells', () => behavesLikeTheReference(PLAIN));
  it('with objects and arrays', () => behavesLikeTheReference({...PLAIN, objects: true}));
  it('with invalid cells and shapes', () =>
    behavesLikeTheReference({...PLAIN, objects: true, invalid: true, shapes: true}));
  it('with rollbacks', () => behavesLikeTheReference({...PLAIN, rollback: true, noAddRow: true}));
  it('with rollbacks, invalid cells and shapes', () =>
    behavesLikeTheReference({
      ...PLAIN,
      rollback: true,
      noAddRow: true,
      invalid: true,
      shapes: true,
    }));
  it('with a schema', () => behavesLikeTheReference({...UNDER_SCHEMAS, objects: true}, SCHEMA));
  it('with a schema and invalid cells', () =>
    behavesLikeTheReference({...UNDER_SCHEMAS, objects: true, invalid: true}, SCHEMA));
  it('with changing schemas', () =>
    behavesLikeTheReference({...UNDER_SCHEMAS, objects: true, invalid: true, schemas: true}));
  it('with changing schemas and rollbacks', () =>
    behavesLikeTheReference({
      ...UNDER_SCHEMAS,
      invalid: true,
      schemas: true,
      rollback: true,
      noAddRow: true,
    }));
});

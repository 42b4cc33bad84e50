import {inspect} from 'node:util';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {createStore} from '../../src/store/index.ts';
import {recordEvents, type StoreEvent} from './events.ts';
import {firstDifference} from './first-difference.ts';
import {ModelStore} from './model-store.ts';
import {type Choice, type Operation, operations, perform} from './operations.ts';
import {AS_THEY_ARE, SORTED, stateOf} from './state.ts';

const PATH = ['t', 'r', 'c'] as const;

/** What the model knows of an event: nothing of what was invalid, nor the log. */
const known = ([kind, ...facts]: StoreEvent): string[] =>
  kind.includes('Invalid')
    ? []
    : [sortedText([kind, ...facts.slice(0, kind.startsWith('Did') ? 1 : undefined)])];
const textOf = (value: unknown): string =>
  inspect(value, {depth: null, maxArrayLength: null, maxStringLength: null, compact: false});
const sortedText = (value: unknown): string =>
  inspect(value, {depth: null, sorted: true, compact: false});

/** Everything that happened, as text: unlike equality of objects, it tells prototypes and -0 apart. */
const trace = (store: object, list: readonly Operation[], ordered: boolean): string[] => {
  const mutatorEvents = recordEvents(store, {path: PATH, mutator: true});
  const events = recordEvents(store, {path: PATH});
  return list.map((operation) => {
    const result = perform(store, operation);
    const happened = [...mutatorEvents.splice(0), ...events.splice(0)];
    const {schema: _, ...state} = stateOf(store, ordered ? AS_THEY_ARE : SORTED);
    const told = happened.flatMap(known).sort();
    return (ordered ? textOf : sortedText)({operation, result, told, state});
  });
};

const doesAsTheModel = (choice: Choice): void => {
  const ordered = !choice.rollback && !choice.schemas;
  fc.assert(
    fc.property(fc.array(operations(choice), {maxLength: 20}), (list) => {
      const ours = trace(createStore(), list, ordered);
      const model = trace(new ModelStore(), list, ordered);
      expect(firstDifference(ours, model)).toBeUndefined();
    }),
  );
};

const PLAIN: Choice = {
  objects: true,
  invalid: false,
  shapes: false,
  rollback: false,
  schemas: false,
};
const WILD: Choice = {...PLAIN, invalid: true, shapes: true};

describe('after any operations, content, ids, order, results and net changes are those of the model', () => {
  it('with all kinds of cells', () => doesAsTheModel(PLAIN));
  it('with what is no cell, row or table', () => doesAsTheModel(WILD));
  it('with rollbacks and throwing actions', () =>
    doesAsTheModel({...PLAIN, rollback: true, noAddRow: true}));
  it('with schemas that come and go', () =>
    doesAsTheModel({...WILD, schemas: true, objectDefaults: true}));
  it('with everything at once', () =>
    doesAsTheModel({...WILD, schemas: true, objectDefaults: true, rollback: true, noAddRow: true}));
});

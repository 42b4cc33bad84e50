import {describe, expect, it} from 'vitest';
import {createStore} from '../../store/index.ts';
import type {EncodedContent} from '../../store/internals.ts';
import type {Store} from '../../store/types.ts';
import {internalsOf} from '../../store/store-internals.ts';
import {JsonText} from './json-text.ts';
import type {GetContent} from './storage-adapter.ts';

/** More rows than go into one chunk. */
const ROW_COUNT = 3_000;

const subject = (): {store: Store; parts: (holdsMore?: boolean) => readonly string[]} => {
  const store = createStore();
  const text = new JsonText(store);
  const parts = (holdsMore = false): readonly string[] => {
    const getContent: GetContent = Object.assign(() => internalsOf(store).getContent(), {
      holdsMore,
    });
    return text.parts(getContent);
  };
  return {store, parts};
};

const rowIds = (count: number): string[] =>
  Array.from({length: count}, (_item, index) => `r${String(index)}`);

const fill = (store: Store, tableId: string): void => {
  store.setTable(
    tableId,
    Object.fromEntries(rowIds(ROW_COUNT).map((rowId) => [rowId, {c: rowId}])),
  );
};

describe('JsonText', () => {
  it('is the JSON of the store, however it changes', () => {
    const {store, parts} = subject();
    const steps: (() => unknown)[] = [
      () => undefined,
      () => store.setValue('v', 1),
      () => store.setValue('"w"', {o: ['\n']}),
      () => fill(store, 't'),
      () => fill(store, 'u'),
      () => store.setRow('"x"', '"r"', {'"c"': [1]}),
      () => store.setCell('t', 'r1500', 'c', 'changed'),
      () => store.delRow('t', 'r0'),
      () => store.delRow('t', 'r2999'),
      () => store.setRow('t', 'new', {c: 'new'}),
      () => store.delTable('t'),
      () => fill(store, 't'),
      () => store.delValue('v'),
      () => store.delTables(),
      () => store.delValues(),
    ];
    for (const step of steps) {
      step();
      expect(parts().join('') === store.getJson()).toBe(true);
      expect(parts().join('') === store.getJson()).toBe(true);
    }
  });

  it.each([
    ['first', 0],
    ['middle', 200],
    ['last', 300],
  ])('is right when the %s rows of a table go, one after the other', (_name, first) => {
    const {store, parts} = subject();
    store.setTable('t', Object.fromEntries(rowIds(700).map((rowId) => [rowId, {c: 1}])));
    for (const rowId of rowIds(700).slice(first, first + 400)) {
      store.delRow('t', rowId);
      expect(parts().join('') === store.getJson()).toBe(true);
    }
  });

  it('has the very parts of last time for rows that have not changed', () => {
    const {store, parts} = subject();
    fill(store, 't');
    fill(store, 'u');
    const before = parts();
    store.setCell('t', 'r1', 'c', 'changed').setValue('v', 1);
    const after = parts();
    const isLong = (part: string): boolean => part.length > 100;
    const changed = after.filter((part) => isLong(part) && !before.includes(part));
    expect(before.filter(isLong).length).toBeGreaterThan(4);
    expect(changed).toHaveLength(1);
    expect(changed.join('')).toContain('"r1":{"c":"changed"}');
  });

  it('is asked of the engine when there is more than the store holds, or a transaction is open', () => {
    const store = createStore().setValue('v', 1);
    const text = new JsonText(store);
    const stored: EncodedContent = [{}, {v: 1, refused: 2}];
    const more: GetContent = Object.assign(() => stored, {holdsMore: true});
    expect(text.parts(more)).toStrictEqual(['[{},{"v":1,"refused":2}]']);
    const unavailable: GetContent = Object.assign(
      (): never => {
        throw new Error('open');
      },
      {holdsMore: false},
    );
    store.startTransaction();
    expect(() => text.parts(unavailable)).toThrow('open');
    store.finishTransaction();
    expect(text.parts(unavailable).join('')).toBe('[{},{"v":1}]');
  });
});

import {describe, expect, it} from 'vitest';
import {createStore, type Store} from './index.ts';

/** A store, and the names of the listeners that have been called, with what adds one. */
const subject = (): {
  store: Store;
  heard: string[];
  add: (name: string, ...path: [string | null, string | null, string | null]) => string;
} => {
  const store = createStore();
  const heard: string[] = [];
  return {
    store,
    heard,
    add: (name, ...path) => store.addCellListener(...path, () => heard.push(name)),
  };
};

describe('delListener', () => {
  it('silences one listener, and no other of the same or another path', () => {
    const {store, heard, add} = subject();
    const ids = [
      add('exact', 't', 'r', 'c'),
      add('exact too', 't', 'r', 'c'),
      add('other cell', 't', 'r', 'd'),
      add('other row', 't', 's', 'c'),
      add('any row', 't', null, 'c'),
      add('any cell', 't', 'r', null),
      add('all', null, null, null),
    ];
    const hear = (): string[] => {
      heard.length = 0;
      store.transaction(() => {
        for (const rowId of ['r', 's']) {
          for (const cellId of ['c', 'd']) store.setCell('t', rowId, cellId, Math.random());
        }
      });
      return [...new Set(heard)].sort();
    };
    let left = ['all', 'any cell', 'any row', 'exact', 'exact too', 'other cell', 'other row'];
    expect(hear()).toStrictEqual(left);
    const names = ['exact', 'exact too', 'other cell', 'other row', 'any row', 'any cell', 'all'];
    for (const [index, id] of ids.entries()) {
      store.delListener(id);
      left = left.filter((name) => name !== names[index]);
      expect(hear()).toStrictEqual(left);
    }
  });

  it('silences a listener that may write, and no other', () => {
    const store = createStore();
    const heard: string[] = [];
    const ids = [false, true].map((isMutator) =>
      store.addRowListener('t', 'r', () => heard.push(isMutator ? 'mutator' : 'other'), isMutator),
    );
    store.delListener(ids[1] ?? '');
    store.setRow('t', 'r', {c: 1});
    expect(heard).toStrictEqual(['other']);
    expect(store.getListenerStats().row).toBe(1);
  });

  it('lets a path be listened to again', () => {
    const {store, heard, add} = subject();
    for (const name of ['first', 'second']) {
      const id = add(name, 't', 'r', 'c');
      store.setCell('t', 'r', 'c', name);
      store.delListener(id);
      store.setCell('t', 'r', 'c', `after ${name}`);
    }
    expect(heard).toStrictEqual(['first', 'second']);
  });
});

/** What is stored and the schema does not admit: kept, reported once, and given up when the app says so. */
import {describe, expect, it} from 'vitest';
import type {PersisterError} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import type {EncodedContent} from '../../src/store/internals.ts';
import type {Store} from '../../src/store/types.ts';
import {turn} from '../../src/testing/waiting.ts';
import {type App, openApp} from './app.ts';

const withSchema = (): Store => {
  const store = createStore();
  store.setTablesSchema({pets: {age: {type: 'number'}, legs: {type: 'number', default: 4}}});
  store.setValuesSchema({count: {type: 'number'}, open: {type: 'boolean', default: true}});
  return store;
};

const STORED: EncodedContent = [
  {
    pets: {fido: {age: 'old', legs: 3}, felix: {age: 2, color: 'black'}},
    plants: {rose: {age: 1}, tulip: {age: 2, height: 3}},
  },
  {count: 'many', open: 'no', other: 1},
];

const PLACES = [
  'pets/fido/age',
  'pets/felix/color',
  'plants/rose/age',
  'plants/tulip/age',
  'plants/tulip/height',
  'count',
  'open',
  'other',
];

const placesOf = (refusals: readonly object[]): string[] =>
  refusals.map((refusal) => {
    const {tableId, rowId, cellId, valueId} = refusal as Partial<PersisterError>;
    return [tableId, rowId, cellId, valueId].filter((id) => id !== undefined).join('/');
  });

const started = async (stored = STORED): Promise<App> => {
  const app = openApp({stored, store: withSchema()});
  await app.start();
  await app.saved();
  return app;
};

describe('Content that the schema refuses', () => {
  it('is listed, and reported, cell by cell and value by value', async () => {
    const app = await started();
    expect(placesOf(app.persister.getRefused())).toStrictEqual(PLACES);
    expect(placesOf(app.errors as object[])).toStrictEqual(PLACES);
    expect(app.persister.getRefused()[0]).toStrictEqual({
      tableId: 'pets',
      rowId: 'fido',
      cellId: 'age',
      stored: 'old',
    });
    expect(app.content).toEqual([
      {pets: {fido: {legs: 3}, felix: {age: 2, legs: 4}}},
      {open: true},
    ]);
  });

  it('stays where it is, whatever else is saved', async () => {
    const app = await started();
    app.store.setCell('pets', 'fido', 'legs', 2).setRow('pets', 'rex', {age: 1});
    await app.saved();
    const expected: EncodedContent = [
      {
        ...STORED[0],
        pets: {
          fido: {age: 'old', legs: 2},
          felix: {age: 2, color: 'black'},
          rex: {age: 1, legs: 4},
        },
      },
      STORED[1],
    ];
    expect(app.storage.getContent('a')).toMatchObject(expected);
    await app.settled(app.persister.save(), 'save()');
    expect(app.storage.getContent('a')).toMatchObject(expected);
  });

  it('is reported once, however often it is loaded', async () => {
    const app = await started();
    const count = app.errors.length;
    await app.settled(app.persister.load(), 'load()');
    expect(app.errors).toHaveLength(count);
    expect(placesOf(app.persister.getRefused())).toStrictEqual(PLACES);
  });

  it('is no longer refused when somebody has mended it', async () => {
    const app = await started();
    const count = app.errors.length;
    app.storage.putText('a', JSON.stringify([{pets: {fido: {age: 3}}}, {count: 1, other: 1}]));
    await turn();
    expect(placesOf(app.persister.getRefused())).toStrictEqual(['other']);
    expect(app.errors).toHaveLength(count);
  });

  it('is reported, too, when others announce it', async () => {
    const app = await started([{}, {}]);
    app.storage.putChanges('a', [{pets: {fido: {age: 'old', legs: 3}}}, {count: 'many'}, 1]);
    await turn();
    expect(placesOf(app.errors as object[])).toStrictEqual(['pets/fido/age', 'count']);
    app.storage.putChanges('a', [{pets: {fido: {age: 'older'}}}, {}, 1]);
    await turn();
    expect(placesOf(app.errors as object[]).at(-1)).toBe('pets/fido/age');
    expect(app.persister.getRefused()).toContainEqual({
      tableId: 'pets',
      rowId: 'fido',
      cellId: 'age',
      stored: 'older',
    });
  });

  it('is not what the app has changed and not yet saved', async () => {
    const app = openApp({stored: STORED, store: withSchema()});
    const release = app.faults.hold('read');
    const starting = app.persister.startAutoPersisting();
    await turn();
    app.store.setCell('pets', 'fido', 'age', 5).setValue('count', 6);
    release();
    await app.settled(starting, 'startAutoPersisting()');
    await app.saved();
    expect(placesOf(app.persister.getRefused())).toStrictEqual(
      PLACES.filter((place) => place !== 'pets/fido/age' && place !== 'count'),
    );
    expect(app.storage.getContent('a')).toMatchObject([{pets: {fido: {age: 5}}}, {count: 6}]);
  });

  it('gives way to what the app sets or deletes there', async () => {
    const app = await started();
    app.store.setCell('pets', 'fido', 'age', 5).delRow('pets', 'felix').setValue('count', 6);
    await app.saved();
    expect(placesOf(app.persister.getRefused())).toStrictEqual([
      'plants/rose/age',
      'plants/tulip/age',
      'plants/tulip/height',
      'open',
      'other',
    ]);
    const [tables, values] = app.storage.getContent('a') ?? [{}, {}];
    expect(tables['pets']).toEqual({fido: {age: 5, legs: 3}});
    expect(values['count']).toBe(6);
  });

  it('stays where it is while listeners write what they make of loaded content', async () => {
    const store = withSchema();
    store.addRowListener('pets', null, () => undefined, true);
    const stored: EncodedContent = [{pets: {fido: {age: 1, legs: 'three'}}}, {count: 'many'}];
    const app = openApp({stored, store});
    await app.start();
    await app.saved();
    const places = ['pets/fido/legs', 'count'];
    expect(placesOf(app.persister.getRefused())).toStrictEqual(places);
    expect(placesOf(app.errors as object[])).toStrictEqual(places);
    expect(app.storage.getContent('a')).toEqual(stored);
    expect(app.content).toEqual([{pets: {fido: {age: 1, legs: 4}}}, {open: true}]);
  });

  it('keeps a table that the store no longer has', async () => {
    const app = await started([{pets: {fido: {age: 1, color: 'brown'}, rex: {age: 2}}}, {}]);
    app.store.delRow('pets', 'rex');
    await app.saved();
    app.store.transaction(() => app.store.delTable('pets'));
    await app.saved();
    expect(app.storage.getContent('a')?.[0]).toEqual({});
    expect(app.persister.getRefused()).toStrictEqual([]);
  });
});

describe('discardRefused()', () => {
  const after = async (...path: [string?, string?, string?]): Promise<string[]> => {
    const app = await started();
    expect(app.persister.discardRefused(...path)).toBe(app.persister);
    expect(app.persister.getState().pending).toBe(0);
    const left = placesOf(app.persister.getRefused());
    await app.saved();
    const fresh = openApp({storage: app.storage, store: withSchema()});
    await fresh.start();
    expect(placesOf(fresh.persister.getRefused()).sort()).toStrictEqual([...left].sort());
    return left;
  };

  it('removes a cell, a row, a table, or all, with the next save', async () => {
    const without = (start: string): string[] => PLACES.filter((place) => !place.startsWith(start));
    expect(await after('plants', 'tulip', 'age')).toStrictEqual(without('plants/tulip/age'));
    expect(await after('plants', 'tulip')).toStrictEqual(without('plants/tulip'));
    expect(await after('plants')).toStrictEqual(without('plants'));
    expect(await after()).toStrictEqual([]);
  });

  it('leaves values alone that are named like a table', async () => {
    const app = await started([{}, {other: 1}]);
    app.persister.discardRefused('other');
    expect(placesOf(app.persister.getRefused())).toStrictEqual(['other']);
  });

  it('removes nothing before a save, if nothing is saved automatically', async () => {
    const app = openApp({stored: STORED, store: withSchema()});
    await app.settled(app.persister.load(), 'load()');
    app.persister.discardRefused();
    await turn();
    expect(app.storage.getContent('a')).toEqual(STORED);
    await app.settled(app.persister.whenSaved(), 'whenSaved()');
    expect(app.storage.getContent('a')).toEqual(app.content);
  });
});

describe('Loading rows that lack cells of the schema', () => {
  it('looks at a table as often for many of them as for one', async () => {
    const countLooks = async (rowCount: number): Promise<number> => {
      let looks = 0;
      const rows = Object.fromEntries(
        Array.from({length: rowCount}, (_, index) => [`row${index}`, {legs: 3}]),
      );
      const pets = new Proxy(rows, {
        ownKeys: (target) => {
          looks++;
          return Reflect.ownKeys(target);
        },
      });
      const app = openApp({
        store: withSchema(),
        adapt: (adapter) => ({...adapter, read: () => Promise.resolve([{pets}, {}])}),
      });
      await app.persister.load();
      expect(app.store.getRowCount('pets')).toBe(rowCount);
      await app.persister.destroy();
      return looks;
    };
    expect(await countLooks(100)).toBe(await countLooks(1));
  });
});

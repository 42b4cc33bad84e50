/** What goes in comes out: types of cells, ids of any kind, and what a cell cannot be is left alone. */
import fc from 'fast-check';
import {type AnyCell, createStore} from '../../../src/store/index.ts';
import {assertSame} from '../../../src/testing/assertions.ts';
import {loadBy, openSession, tabular} from './session.ts';
import type {SharedTest} from './shared-tests.ts';

/** Ids that are easily taken for SQL, for each other, or for something that objects have anyway. */
const NASTY_IDS = [
  ...[
    '',
    ' ',
    '_',
    '_id',
    '_ID',
    'id',
    'rowid',
    'oid',
    '_rowid_',
    'a.b',
    'a',
    'A',
    'é',
    'É',
    'e\u0301',
  ],
  ...['"', '""', "'", "''", '`', '[', ']', ';', '--', '/*', '\\', '%', '?', '?1', ':a', '@a', '$1'],
  ...['select', 'SELECT', 'table', 'order', 'group', 'null', 'NULL', 'true', 'default', 'values'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'length'],
  ...['0', '1', '01', '1.0', '-1', '1e3', 'NaN', '\n', '\t', '\0', '\ud800', '😀', 'x'.repeat(70)],
];

const cell = fc.oneof(
  fc.string({unit: 'binary', maxLength: 8}),
  fc.double({noNaN: true, noDefaultInfinity: true}).map((number) => number + 0 || 0),
  fc.integer(),
  fc.constantFrom(0, 1, true, false, null, '', '0', '1', 'true', 'null'),
  fc.constantFrom<AnyCell>([], {k: [1, 'a', null]}, ['\ud800']),
);
const id = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.constantFrom(...NASTY_IDS),
  fc.string({unit: 'binary', maxLength: 4}),
);
const anyTable = fc.dictionary(id, fc.dictionary(id, cell, {minKeys: 1, maxKeys: 6}), {maxKeys: 6});

export const fidelity: readonly SharedTest[] = [
  {
    name: 'tells booleans from numbers, and absent cells from those that are null',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const {store, persister} = await openSession(handle, tabular('t'));
      await persister.startAutoPersisting();
      store.setTables({t: {r1: {b: true, n: 1, z: null, o: {k: 1}}, r2: {b: false, s: ''}}});
      await persister.whenSaved();
      store.setCell('t', 'r1', 'b', 1).setCell('t', 'r2', 'n', false).delCell('t', 'r1', 'z');
      store.setCell('t', 'r2', 'z', null).setRow('t', 'r3', {n: 0});
      await persister.whenSaved();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'after changes');
      await persister.save();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'after a whole save');
      await persister.destroy();
    },
  },
  {
    name: 'keeps cells, rows and values with any id',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const {store, persister, errors} = await openSession(handle, tabular('t'));
      await persister.startAutoPersisting();
      const row = Object.fromEntries(NASTY_IDS.map((key, index) => [key, index]));
      store.setTable('t', {
        all: row,
        ...Object.fromEntries(NASTY_IDS.map((key) => [key, {c: key}])),
      });
      store.setValues(row);
      await persister.whenSaved();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'after changes');
      await persister.save();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'after a whole save');
      for (const key of NASTY_IDS) store.setCell('t', 'all', key, key).delRow('t', key);
      for (const key of NASTY_IDS.slice(10)) store.delValue(key);
      await persister.whenSaved();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'after deletions');
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
  {
    name: 'keeps tables with any name',
    mode: 'tabular',
    run: async (places, {engine}) => {
      const handle = await places.connect('a');
      // Names are those of the database: what it cannot call a table is no name, nor what it keeps for itself.
      const names = NASTY_IDS.filter(
        (name) => name !== '' && name !== '\0' && name !== '\ud800' && name.length < 60,
      ).filter(
        (name, index, all) =>
          engine !== 'SQLite' ||
          all.findIndex((other) => other.toLowerCase() === name.toLowerCase()) === index,
      );
      const {store, persister, errors} = await openSession(handle, tabular(...names));
      store.setTables(Object.fromEntries(names.map((name) => [name, {r: {c: name}}])));
      await persister.save();
      assertSame(await loadBy(handle, tabular(...names)), store.getContent(), 'stored');
      assertSame(errors, [], 'errors');
    },
  },
  {
    name: 'keeps thousands of values, and more cells in a row than a table has columns',
    mode: 'tabular',
    run: async (places) => {
      const handle = await places.connect('a');
      const {store, persister, errors} = await openSession(handle, tabular('t'));
      const many = Object.fromEntries(
        Array.from({length: 2_500}, (_, index) => [`v${String(index)}`, index]),
      );
      store.setValues(many).setTables({t: {r: many}});
      await persister.save();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'stored');
      await persister.startAutoSave();
      store.setValue('v2400', 'x').delValue('v2401').setCell('t', 'r', 'v2402', true);
      await persister.whenSaved();
      assertSame(await loadBy(handle, tabular('t')), store.getContent(), 'after changes');
      assertSame(errors, [], 'errors');
      await persister.destroy();
    },
  },
  {
    name: 'writes any store and reads the same, whole and change by change',
    mode: 'tabular',
    run: async (places, {propertyShare = 1}) => {
      const handle = await places.connect('a');
      const config = tabular('t');
      let run = 0;
      await fc.assert(
        fc.asyncProperty(
          anyTable,
          anyTable,
          fc.dictionary(id, cell, {maxKeys: 5}),
          async (one, two, values) => {
            run++;
            const store = createStore();
            const {persister, errors} = await openSession(handle, config, store);
            store.setTables({t: one}).setValues(values);
            await persister.save();
            assertSame(
              await loadBy(handle, config),
              store.getContent(),
              `whole, run ${String(run)}`,
            );
            await persister.startAutoSave();
            store.transaction(() => {
              for (const [rowId, row] of Object.entries(two)) {
                if (Object.keys(row).length % 2) store.delRow('t', rowId);
                else store.setPartialRow('t', rowId, row);
              }
              store.delValue(Object.keys(values)[0] ?? '');
            });
            await persister.whenSaved();
            assertSame(
              await loadBy(handle, config),
              store.getContent(),
              `changes, run ${String(run)}`,
            );
            await persister.destroy();
            assertSame(errors, [], 'errors');
          },
        ),
        {numRuns: Math.ceil((fc.readConfigureGlobal().numRuns ?? 25) * propertyShare)},
      );
    },
  },
];

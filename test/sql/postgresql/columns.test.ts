/** Tables of other programs, and of TinyBase. */
import {createStore as createTinyStore} from 'tinybase';
import {createPgPersister as createTinyPersister} from 'tinybase/persisters/persister-pg';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import type {PersisterError} from '../../../src/errors.ts';
import {createPgPersister} from '../../../src/persisters/pg/index.ts';
import type {DatabasePersisterConfig} from '../../../src/persisters/sql/config.ts';
import {createStore, type Store} from '../../../src/store/index.ts';
import {tabular} from '../suite/session.ts';
import {
  command,
  createSchema,
  dropSchema,
  type Location,
  locate,
  type OpenedPool,
  openPool,
} from './databases.ts';

const PATIENCE = {timeout: 40_000, interval: 20};

let schema: string;
let location: Location;
let pool: OpenedPool;

beforeEach(async () => {
  schema = await createSchema();
  location = locate(schema);
  pool = openPool({...location, max: 4});
});

afterEach(async () => {
  await pool.end();
  await command(`DROP DATABASE IF EXISTS ${schema} WITH (FORCE)`);
  await dropSchema(schema);
});

const query = async (sql: string): Promise<readonly unknown[]> => (await pool.query(sql)).rows;

const open = async (config: DatabasePersisterConfig) => {
  const store = createStore();
  const errors: PersisterError[] = [];
  const commands: string[] = [];
  const persister = await createPgPersister(
    store,
    pool,
    config,
    (sql) => commands.push(sql),
    (error) => errors.push(error as PersisterError),
  );
  return {store, persister, errors, commands};
};

const load = async (config: DatabasePersisterConfig): Promise<Store> => {
  const {store, persister} = await open(config);
  await persister.load();
  await persister.destroy();
  return store;
};

const CREATE = `CREATE TABLE pets (id int PRIMARY KEY, name text NOT NULL, age int, price numeric(10,2),
  weight double precision, sold boolean, tags jsonb, raw json, born timestamptz, big bigint, owner uuid, code varchar(3))`;

describe('a table with columns of many types', () => {
  const config: DatabasePersisterConfig = {
    mode: 'tabular',
    tables: {
      load: {pets: {tableId: 'pets', rowIdColumnName: 'id'}},
      save: {pets: {tableName: 'pets', rowIdColumnName: 'id'}},
    },
  };

  it('is loaded as what its columns hold, and saved as such', async () => {
    await query(CREATE);
    await query(
      `INSERT INTO pets VALUES(1,'rex',4,5.50,1.5,true,'{"k":[1]}','"x"','2024-01-02 03:04:05+00',7,` +
        `'123e4567-e89b-12d3-a456-426614174000','abc')`,
    );
    await query(`INSERT INTO pets(id,name) VALUES(2,'"quoted"')`);
    const {store, persister, errors} = await open(config);
    await persister.startAutoPersisting();
    const rex = {
      ...{name: 'rex', age: 4, price: 5.5, weight: 1.5, sold: true, tags: {k: [1]}, raw: 'x'},
      born: '2024-01-02 03:04:05+00',
      ...{big: 7, owner: '123e4567-e89b-12d3-a456-426614174000', code: 'abc'},
    };
    expect(store.getTables()).toEqual({pets: {1: rex, 2: {name: '"quoted"'}}});
    store.setPartialRow('pets', '1', {name: 'max', age: 5, tags: ['a'], sold: false});
    store.setRow('pets', '3', {name: 'new', born: '2024-05-06T00:00:00Z'});
    await persister.whenSaved();
    expect(
      await query(`SELECT id,name,age,sold,tags,born::date::text FROM pets ORDER BY id`),
    ).toEqual([
      {id: 1, name: 'max', age: 5, sold: false, tags: ['a'], born: '2024-01-02'},
      {id: 2, name: '"quoted"', age: null, sold: null, tags: null, born: null},
      {id: 3, name: 'new', age: null, sold: null, tags: null, born: '2024-05-06'},
    ]);
    expect(errors).toEqual([]);
    await persister.destroy();
  });

  it('gives back cells that its columns cannot hold', async () => {
    await query(CREATE);
    const {store, persister, errors} = await open(config);
    await persister.startAutoPersisting();
    const row = {
      ...{name: 'a', age: 1.5, price: 1.239, weight: 'heavy', sold: 1, tags: 'a\0b', raw: null},
      ...{big: 2 ** 60, code: 'too long', extra: true, more: 'text'},
    };
    store.setTable('pets', {1: row, nan: {name: 5}});
    await persister.whenSaved();
    expect(errors).toEqual([]);
    expect((await load(config)).getTables()).toEqual({pets: {1: row, nan: {name: 5}}});
    await persister.save();
    expect((await load(config)).getTables()).toEqual({pets: {1: row, nan: {name: 5}}});
    await persister.destroy();
  });

  it('keeps numbers that are no JavaScript numbers', async () => {
    await query(CREATE);
    await query(`INSERT INTO pets(id,name,big,weight) VALUES(1,'a',9007199254740993,'NaN')`);
    const {store, persister, errors} = await open(config);
    await persister.startAutoPersisting();
    expect(store.getTables()).toEqual({pets: {1: {name: 'a'}}});
    store.setCell('pets', '1', 'name', 'b');
    await persister.save();
    expect(await query('SELECT name,big::text,weight::text FROM pets')).toEqual([
      {name: 'b', big: '9007199254740993', weight: 'NaN'},
    ]);
    expect(errors.map(({code}) => code)).toEqual(['REFUSED', 'REFUSED']);
    await persister.destroy();
  });
});

it('has others hear of rows and cells that lie beside a table', async () => {
  await query(`CREATE TABLE pets (id int PRIMARY KEY, name text NOT NULL)`);
  const config: DatabasePersisterConfig = {
    mode: 'tabular',
    tables: {
      load: {pets: {tableId: 'pets', rowIdColumnName: 'id'}},
      save: {pets: {tableName: 'pets', rowIdColumnName: 'id'}},
    },
  };
  const [one, other] = [await open(config), await open(config)];
  for (const {persister} of [one, other]) await persister.startAutoPersisting();
  const comes = (tables: object): Promise<unknown> =>
    vi.waitFor(() => expect(other.store.getTables()).toEqual(tables), PATIENCE);
  // Its id is no integer: it has no row in the table.
  one.store.setRow('pets', 'no number', {name: 'rex'});
  await comes({pets: {'no number': {name: 'rex'}}});
  one.store.setCell('pets', 'no number', 'name', 'max');
  await comes({pets: {'no number': {name: 'max'}}});
  one.store.setRow('pets', '1', {name: 'felix', id: 'not its id'});
  await comes({pets: {'no number': {name: 'max'}, 1: {name: 'felix', id: 'not its id'}}});
  one.store.setCell('pets', '1', 'id', 'nor this');
  await comes({pets: {'no number': {name: 'max'}, 1: {name: 'felix', id: 'nor this'}}});
  one.store.delRow('pets', 'no number');
  await comes({pets: {1: {name: 'felix', id: 'nor this'}}});
  const {loads} = one.persister.getStats();
  one.store.setRow('pets', 'again', {name: 'rex'});
  await comes({pets: {1: {name: 'felix', id: 'nor this'}, again: {name: 'rex'}}});
  one.store.delTables();
  await comes({});
  expect(one.persister.getStats().loads).toBe(loads);
  expect([...one.errors, ...other.errors]).toEqual([]);
  for (const {persister} of [one, other]) await persister.destroy();
});

describe('columns that only the database knows what they hold', () => {
  const config: DatabasePersisterConfig = {
    mode: 'tabular',
    tables: {load: {visits: 'visits'}, save: {visits: 'visits'}},
  };

  beforeEach(async () => {
    await query(`CREATE TYPE mood AS ENUM ('good','bad')`);
    await query(
      'CREATE TABLE visits (_id text PRIMARY KEY, at timestamptz, mood mood, who uuid, days date[], n int)',
    );
  });

  it('take what they can; other cells lie beside them, and hold up no other row', async () => {
    const {store, persister, errors} = await open(config);
    await persister.startAutoPersisting();
    const rows = {
      a: {at: '2024-01-02 03:04:05+00', mood: 'good', days: '{2024-01-02}', n: 1},
      b: {at: 'tomorrow or so', mood: 'so so', who: 'me', days: '{', n: 2},
      c: {at: '', mood: 'bad', n: 'abc'},
    };
    store.setTable('visits', rows);
    await persister.whenSaved();
    expect(errors).toEqual([]);
    expect(await query('SELECT _id,at::date::text,mood,who,n FROM visits ORDER BY _id')).toEqual([
      {_id: 'a', at: '2024-01-02', mood: 'good', who: null, n: 1},
      {_id: 'b', at: null, mood: null, who: null, n: 2},
      {_id: 'c', at: null, mood: 'bad', who: null, n: null},
    ]);
    expect((await load(config)).getTables()).toEqual({visits: rows});
    // Somebody who does not know of what lies beside it has the last word.
    await query(`UPDATE visits SET at='2024-05-06 00:00:00+00' WHERE _id='b'`);
    store.setCell('visits', 'c', 'at', '2024-07-08 00:00:00+00').delCell('visits', 'b', 'mood');
    await persister.whenSaved();
    expect((await load(config)).getTables()).toEqual({
      visits: {
        a: rows.a,
        b: {at: '2024-05-06 00:00:00+00', who: 'me', days: '{', n: 2},
        c: {...rows.c, at: '2024-07-08 00:00:00+00'},
      },
    });
    await persister.destroy();
    expect(errors).toEqual([]);
  });

  it('cannot be left empty where that is not allowed', async () => {
    await query('ALTER TABLE visits ALTER mood SET NOT NULL');
    const {store, persister, errors} = await open(config);
    await persister.startAutoPersisting();
    store.setTable('visits', {a: {mood: 'so so', n: 1}, b: {mood: 'good', n: 2}});
    await vi.waitFor(() => expect(errors).toHaveLength(1), PATIENCE);
    expect(errors[0]).toMatchObject({code: 'DENIED', tableId: 'visits', rowId: 'a'});
    expect((await load(config)).getTables()).toEqual({visits: {b: {mood: 'good', n: 2}}});
    // A part of a row that is there may be written all the same.
    store.setCell('visits', 'b', 'n', 3).setCell('visits', 'a', 'mood', 'bad');
    await persister.whenSaved();
    expect((await load(config)).getTables()).toEqual({
      visits: {a: {mood: 'bad', n: 1}, b: {mood: 'good', n: 3}},
    });
    await persister.destroy();
  });

  it('are read and not written where they are generated', async () => {
    await query(
      `CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price int NOT NULL,
        twice int GENERATED ALWAYS AS (price*2) STORED, seq serial)`,
    );
    await query('INSERT INTO items(price) VALUES(5),(6)');
    const items: DatabasePersisterConfig = {
      mode: 'tabular',
      tables: {
        load: {items: {tableId: 'items', rowIdColumnName: 'id'}},
        save: {items: {tableName: 'items', rowIdColumnName: 'id', deleteEmptyColumns: true}},
      },
    };
    const {store, persister, errors} = await open(items);
    await persister.startAutoPersisting();
    expect(store.getTables()).toEqual({
      items: {1: {price: 5, twice: 10, seq: 1}, 2: {price: 6, twice: 12, seq: 2}},
    });
    store.setPartialRow('items', '1', {price: 7, twice: 0}).setCell('items', '2', 'twice', 0);
    store.setRow('items', '9', {price: 9, seq: 3});
    await persister.whenSaved();
    expect(errors.map(({code, rowId, cellId}) => [code, rowId, cellId])).toEqual([
      ['DENIED', '1', 'twice'],
    ]);
    const stored = [
      {id: 1, price: 7, twice: 14, seq: 1},
      {id: 2, price: 6, twice: 12, seq: 2},
      {id: 9, price: 9, twice: 18, seq: 3},
    ];
    expect(await query('SELECT * FROM items ORDER BY id')).toEqual(stored);
    await persister.save();
    expect(await query('SELECT * FROM items ORDER BY id')).toEqual(stored);
    expect(errors).toHaveLength(1);
    await persister.destroy();
  });
});

describe('columns that would cut, round or pad what is put into them', () => {
  const config: DatabasePersisterConfig = {
    mode: 'tabular',
    tables: {load: {t: 't'}, save: {t: 't'}},
  };

  const columns = {
    c: 'char(3)',
    p: 'bpchar',
    v: 'varchar(3)',
    n: 'numeric(5,2)',
    r: 'real',
    at: 'timestamp',
    sec: 'timestamp(0)',
    tz: 'timestamptz(3)',
    clock: 'time(1)',
    day: 'date',
    span: 'interval(0)',
    b: 'bit(3)',
    bs: 'bit varying(3)',
    l: '"char"',
    i: 'name',
  };
  const rows = {
    held: {
      ...{c: 'ab', p: 'ab', v: 'ab ', n: 123.45, r: 0.123456, at: '2024-01-02 03:04:05.678901'},
      ...{sec: '2024-01-02 03:04:05', tz: '2024-01-02 03:04:05.678+00', clock: '03:04:05.6'},
      ...{day: '2024-01-02', span: '1 day 02:03:04', b: '101', bs: '10', l: 'x', i: 'a name'},
    },
    spaced: {c: 'a  ', p: 'a ', v: 'a  ', n: 0.1, r: 1e-30, bs: '', l: '', i: ''},
    long: {
      ...{c: 'abcd', p: ' '.repeat(9), v: 'abc ', n: 123.456, r: 0.1234567},
      ...{at: '2024-01-02T03:04:05.6789019Z', sec: '2024-01-02 03:04:05.9'},
      ...{tz: '2024-01-02T03:04:05.6789Z', clock: '03:04:05.67', day: '2024-01-02 03:04'},
      ...{span: '1.9 seconds', b: '1011', bs: '1011', l: 'xy', i: 'é'.repeat(32)},
    },
    short: {
      c: '\u{1F600}',
      n: 1000,
      r: 1e39,
      b: '1',
      at: '2024-01-02T03:04:05Z',
      clock: '03:04:05Z',
    },
    none: {c: 5, p: 'x\0', at: '2024-02-31T03:04:05Z', tz: 'soon', b: 101, l: 'é', i: true},
  };

  it('give back what has been put into them', async () => {
    await query(
      `CREATE TABLE t (_id char(10) PRIMARY KEY,${Object.entries(columns)
        .map((column) => column.join(' '))
        .join()})`,
    );
    const {store, persister, errors} = await open(config);
    await persister.startAutoPersisting();
    store.setTable('t', {...rows, 'space ': {c: 'x'}});
    await persister.whenSaved();
    const all = {t: {...rows, 'space ': {c: 'x'}}};
    expect((await load(config)).getTables()).toEqual(all);
    await persister.save();
    expect((await load(config)).getTables()).toEqual(all);
    store.setCell('t', 'held', 'c', 'b ').setCell('t', 'short', 'at', '2024-05-06T00:00:00.000Z');
    await persister.whenSaved();
    expect((await load(config)).getTables()).toEqual(store.getTables());
    expect(errors).toEqual([]);
    // What is close to it lies there for others.
    expect(
      await query(
        `SELECT _id::text,c::text,n::text,at::text,sec::text,tz::text,b::text FROM t ORDER BY _id`,
      ),
    ).toEqual([
      {
        ...{_id: 'held', c: 'b', n: '123.45', at: '2024-01-02 03:04:05.678901'},
        ...{sec: '2024-01-02 03:04:05', tz: '2024-01-02 03:04:05.678+00', b: '101'},
      },
      {
        ...{_id: 'long', c: null, n: '123.46', at: '2024-01-02 03:04:05.678901'},
        ...{sec: '2024-01-02 03:04:05', tz: '2024-01-02 03:04:05.678+00', b: null},
      },
      {_id: 'none', c: null, n: null, at: null, sec: null, tz: null, b: null},
      {
        ...{_id: 'short', c: '\u{1F600}', n: null, at: '2024-05-06 00:00:00'},
        ...{sec: null, tz: null, b: null},
      },
      {_id: 'spaced', c: 'a', n: '0.10', at: null, sec: null, tz: null, b: null},
    ]);
    // Others have the last word.
    await query(`UPDATE t SET c='new',sec='2025-01-01' WHERE _id='long'`);
    await vi.waitFor(
      () =>
        expect(store.getRow('t', 'long')).toEqual({
          ...rows.long,
          c: 'new',
          sec: '2025-01-01 00:00:00',
        }),
      PATIENCE,
    );
    await persister.destroy();
  });
});

it('does not lose rows of a table whose text is no JSON', async () => {
  await query(`CREATE TABLE pets (_id text PRIMARY KEY, name text)`);
  await query(`INSERT INTO pets VALUES('a','rex'),('b','4')`);
  const {store, persister} = await open(tabular('pets'));
  await persister.startAutoPersisting();
  expect(store.getTables()).toEqual({pets: {a: {name: 'rex'}, b: {name: '4'}}});
  store.setCell('pets', 'a', 'name', 'max');
  await persister.save();
  expect(await query('SELECT * FROM pets ORDER BY _id')).toEqual([
    {_id: 'a', name: 'max'},
    {_id: 'b', name: '4'},
  ]);
  await persister.destroy();
});

it('looks at a row that others have written, and at all only if that shows that text is no JSON', async () => {
  await query(`CREATE TABLE pets (_id text PRIMARY KEY, name text)`);
  await query(`INSERT INTO pets VALUES('a','"rex"')`);
  const {store, persister, errors, commands} = await open(tabular('pets'));
  await persister.startAutoPersisting();
  expect(store.getTables()).toEqual({pets: {a: {name: 'rex'}}});
  commands.length = 0;
  await query(`INSERT INTO pets VALUES('b','"max"')`);
  await vi.waitFor(() => expect(store.getCell('pets', 'b', 'name')).toBe('max'), PATIENCE);
  expect(commands.filter((sql) => sql.includes('FROM "pets"'))).toEqual([
    expect.stringContaining('IN(SELECT'),
  ]);
  await query(`INSERT INTO pets VALUES('c','felix')`);
  await vi.waitFor(
    () =>
      expect(store.getTables()).toEqual({
        pets: {a: {name: '"rex"'}, b: {name: '"max"'}, c: {name: 'felix'}},
      }),
    PATIENCE,
  );
  expect(errors).toEqual([]);
  await persister.destroy();
});

const TABLES = {
  pets: {fido: {species: 'dog', age: 4, sold: true, meta: {k: 1}}, felix: {age: 5.5}},
};
const VALUES = {open: true, theme: {dark: true}};

describe.each([
  ['as JSON', {mode: 'json'}],
  ['as tables', tabular('pets')],
] as const)('what TinyBase keeps %s', (_title, config) => {
  // It looks for tables nowhere but in `public`.
  beforeEach(async () => {
    await command(`CREATE DATABASE ${schema}`);
    await pool.end();
    location = {...locate('public'), database: schema};
    pool = openPool({...location, max: 4});
  });

  const openTiny = async () => {
    const store = createTinyStore();
    const tinyPool = openPool({...location, max: 2});
    const persister = await createTinyPersister(store, tinyPool as never, config as never);
    return {store, persister, end: () => tinyPool.end()};
  };

  it('is loaded as it is', async () => {
    const {store, persister, end} = await openTiny();
    store.setTables(TABLES).setValues(VALUES);
    await persister.save();
    await persister.destroy();
    await end();
    expect((await load(config)).getContent()).toEqual([TABLES, VALUES]);
  });

  it('is loaded by it when we have saved it', async () => {
    const {store, persister} = await open(config);
    store.setTables(TABLES).setValues(VALUES);
    await persister.save();
    await persister.destroy();
    const tiny = await openTiny();
    await tiny.persister.load();
    expect(tiny.store.getContent()).toMatchObject([TABLES, VALUES]);
    await tiny.persister.destroy();
    await tiny.end();
  });
});

describe('much', () => {
  it.each([20_000, 200_000])('is saved and loaded: %i rows of five cells', async (count) => {
    const rows = Object.fromEntries(
      Array.from({length: count}, (_, index) => [
        `r${String(index)}`,
        {a: index, b: `text ${String(index)}`, c: index % 2 === 0, d: index / 8, e: 'same'},
      ]),
    );
    const {store, persister, errors} = await open(tabular('t'));
    store.setTable('t', rows);
    await persister.save();
    expect(errors).toEqual([]);
    await persister.destroy();
    const loaded = await load(tabular('t'));
    expect(loaded.getRowCount('t')).toBe(count);
    const last = `r${String(count - 1)}`;
    expect(loaded.getRow('t', last)).toEqual(rows[last]);
  });
});

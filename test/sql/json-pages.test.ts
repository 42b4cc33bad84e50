import {statSync} from 'node:fs';
import {join} from 'node:path';
import {createRequire} from 'node:module';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {
  type BetterSqlite3Database,
  createBetterSqlite3Persister,
} from '../../src/persisters/better-sqlite3/index.ts';
import {createStore} from '../../src/store/index.ts';

interface OpenedDatabase extends BetterSqlite3Database {
  pragma(command: string): unknown;
  close(): void;
}

const Database = createRequire(import.meta.url)('better-sqlite3') as new (
  path: string,
) => OpenedDatabase;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellar-pages-'));
});
afterEach(() => rm(folder, {recursive: true}));

const ROW_COUNT = 20_000;

describe('A store kept as JSON in a large row of SQLite', () => {
  it('has few pages written for a small change, and is read as before', async () => {
    const path = join(folder, 'pets.db');
    const db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('wal_autocheckpoint = 0');
    const store = createStore();
    store.transaction(() => {
      for (let row = 0; row < ROW_COUNT; row++) {
        store.setRow('pets', `row-${String(row)}`, {name: `Žižka ${String(row)}`, age: row % 20});
      }
    });
    const persister = createBetterSqlite3Persister(store, db, undefined, undefined, {strict: true});
    await persister.save();
    await persister.startAutoSave();
    const kilobytesOf = async (change: () => void): Promise<number> => {
      db.pragma('wal_checkpoint(TRUNCATE)');
      change();
      await persister.whenSaved();
      return statSync(`${path}-wal`).size / 1_000;
    };
    const changes = [
      (): unknown => store.setCell('pets', 'row-0', 'age', 1_000_000),
      (): unknown => store.setCell('pets', 'row-10000', 'name', 'Jan Žižka z Trocnova a Kalicha'),
      (): unknown => store.delCell('pets', 'row-19999', 'age'),
      (): unknown => store.delRow('pets', 'row-7000'),
    ];
    for (const change of changes) expect(await kilobytesOf(change)).toBeLessThan(50);
    // More than there is room for: all that follows moves.
    const long = (): unknown => store.setCell('pets', 'row-0', 'name', 'Ž'.repeat(10_000));
    expect(await kilobytesOf(long)).toBeGreaterThan(500);
    const again = createStore();
    const second = createBetterSqlite3Persister(again, db, undefined, undefined, {strict: true});
    await second.load();
    expect(again.getTables()).toStrictEqual(store.getTables());
    await Promise.all([persister.destroy(), second.destroy()]);
    db.close();
  });
});

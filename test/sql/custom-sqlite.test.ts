import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {createCustomSqlitePersister} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import {customSqlite} from './clients/custom-sqlite.ts';
import {describeSqlClient} from './suite/describe-sql-client.ts';

describeSqlClient({describe, it, beforeEach, afterEach}, customSqlite);

describe('createCustomSqlitePersister', () => {
  const none = (): never[] => [];

  it('has a method by the name given that returns the client', () => {
    const thing = {};
    const persister = createCustomSqlitePersister(
      createStore(),
      'my_table',
      none,
      none,
      none,
      undefined,
      undefined,
      undefined,
      undefined,
      thing,
      'getThing',
    );
    expect(persister.getThing()).toBe(thing);
  });

  it('calls destroy once, when the persister has been destroyed', async () => {
    const calls: string[] = [];
    const persister = createCustomSqlitePersister(
      createStore(),
      undefined,
      none,
      none,
      none,
      (sql) => calls.push(sql),
      undefined,
      () => calls.push('destroy'),
    );
    await persister.load();
    expect(calls[0]).toBe('BEGIN');
    calls.length = 0;
    await persister.destroy();
    await persister.destroy();
    expect(calls).toStrictEqual(['destroy']);
  });

  it.each([
    ['executeCommand', 2],
    ['addChangeListener', 3],
    ['delChangeListener', 4],
    ['destroy', 7],
  ])('refuses a %s that is no function', (name, position) => {
    const args: unknown[] = [createStore(), undefined, none, none, none, undefined, undefined];
    args[7] = none;
    args[position] = null;
    const create = createCustomSqlitePersister as (...args: unknown[]) => unknown;
    expect(() => create(...args)).toThrow(new TypeError(`${name}: expected a function`));
  });
});

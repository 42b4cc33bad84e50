import type {LoadedSqlite3} from './sqlite-wasm.ts';

/** By its path, as packages that only these tests need are not where those of the project are. */
const MODULE = '/test/sql/node_modules/@sqlite.org/sqlite-wasm/dist/index.mjs';

let loading: Promise<LoadedSqlite3> | undefined;

export const loadSqlite3 = (): Promise<LoadedSqlite3> =>
  (loading ??= (
    import(/* @vite-ignore */ MODULE) as Promise<{default: () => Promise<LoadedSqlite3>}>
  ).then(({default: init}) => init()));

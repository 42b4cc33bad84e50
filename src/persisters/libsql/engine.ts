/** How the clients of libSQL differ from SQLite's others: their statements need not run on one connection. */
import {sqliteEngine} from '../sql/create-database-persister.ts';
import type {Engine} from '../sql/database-adapter.ts';
import {watchSqlite} from '../sql/sqlite-watch.ts';
import {ChangeCounter} from './change-counter.ts';
import {ConnectionTracker} from './connection-tracker.ts';
import type {LibSqlClient} from './driver.ts';
import {watchServer} from './watch-server.ts';

const fileEngine: Engine = {
  ...sqliteEngine,
  watch: (parts) => {
    const tracker = new ConnectionTracker(() => parts.catalog.invalidate());
    return {tracker, watch: watchSqlite(parts, tracker)};
  },
};

const serverEngine: Engine = {
  ...sqliteEngine,
  watch: (parts) => {
    const tracker = new ChangeCounter(parts.tableNames, () => parts.catalog.invalidate());
    return {tracker, watch: watchServer(parts, tracker)};
  },
};

export const engineOf = ({protocol}: LibSqlClient): Engine =>
  protocol === 'file' ? fileEngine : serverEngine;

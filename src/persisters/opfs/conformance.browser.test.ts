/** In a real browser, in its private file system. */
import {afterEach, beforeEach, describe, it} from 'vitest';
import {describeOpfs} from '../../../test/support/opfs-suites.ts';

describeOpfs({describe, it, beforeEach, afterEach}, 'page', ['one plain file', 'with a journal']);

/** Local storage, shared by real tabs. */
import {describeSharedStorage} from './shared-storage.ts';

const PAGE = new URL('local-page.ts', import.meta.url).pathname;

describeSharedStorage('Local storage', PAGE, [
  {kind: 'a small text', rows: 0},
  {kind: 'a text with a journal', rows: 10_000, isSlow: true},
]);

/** What runs in the tabs of `local.test.ts`. */
import {createLocalPersister} from '../../src/persisters/browser/index.ts';
import {exposeStore} from './exposed-store.ts';

exposeStore((store, options) => createLocalPersister(store, 'pets', options));

import {fileURLToPath} from 'node:url';
import {bundleSize} from '../../scripts/bundle-size.mjs';

const STORE_AND_LOCAL = [
  ['./store', 'createStore'],
  ['./persisters/persister-browser', 'createLocalPersister'],
];
const SECOND = {
  session: ['./persisters/persister-browser', 'createSessionPersister'],
  opfs: ['./persisters/persister-browser', 'createOpfsPersister'],
  indexedDb: ['./persisters/persister-indexed-db', 'createIndexedDbPersister'],
  remote: ['./persisters/persister-remote', 'createRemotePersister'],
};

/** Bytes of an app that imports these names. */
const sizeOf = (library, imports) =>
  bundleSize(
    imports
      .map(([entry, name]) => `export {${name}} from ${JSON.stringify(library.fileOf(entry))};`)
      .join('\n'),
    fileURLToPath(new URL('.', import.meta.url)),
  );

const metricOfSecond = (id, title) => ({
  id,
  title: `size: ${title} persister, on top of those`,
  unit: 'kB',
  atMost: 1.5,
});

export const bench = {
  id: 'browser-sizes',
  suite: 'browser',
  contenders: ['reference', 'cellar'],
  metrics: [
    {id: 'local', title: 'size: store and local-storage persister ⁶', unit: 'kB', atMost: 13},
    metricOfSecond('session', 'session-storage'),
    metricOfSecond('opfs', 'OPFS'),
    metricOfSecond('indexedDb', 'IndexedDB'),
    metricOfSecond('remote', 'remote'),
  ],
  notes: [
    '⁶ `createStore` and the functions that create persisters, in one bundle, minified by esbuild, gzip -9.',
  ],
  measureLibrary: async ({library}) => {
    const local = await sizeOf(library, STORE_AND_LOCAL);
    const figures = {local: local / 1000};
    for (const [id, second] of Object.entries(SECOND)) {
      figures[id] = ((await sizeOf(library, [...STORE_AND_LOCAL, second])) - local) / 1000;
    }
    return figures;
  },
};

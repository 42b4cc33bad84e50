/**
 * What apps may be made to download: bytes of one bundle, minified and compressed with gzip -9.
 * `entry#name` is one export of an entry, without it the entry is measured with all but those that are `apart`.
 * With `onTopOf`, the bytes that the entries add to a bundle of those. 1 kB is 1,000 bytes.
 * Every public entry that apps bundle stands in `entries` of at least one budget. Nothing may grow beyond
 * `maxBytes`; where that is more than `goalBytes`, it is to be brought down to it.
 */
export const budgets = [
  {name: 'store', entries: ['./store'], maxBytes: 12_100, goalBytes: 8_500},
  {
    name: 'store, persistence engine, custom persister',
    entries: ['.', './common', './store', './persisters'],
    maxBytes: 22_500,
    goalBytes: 12_500,
  },
  {
    name: 'file persister, on top',
    entries: ['./persisters/persister-file'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 6_000,
    goalBytes: 3_500,
  },
  {
    name: 'browser persisters, on top',
    entries: ['./persisters/persister-browser'],
    onTopOf: ['./store', './persisters', './persisters/persister-opfs'],
    maxBytes: 2_900,
    goalBytes: 1_500,
  },
  {
    name: 'IndexedDB persister, on top',
    entries: ['./persisters/persister-indexed-db'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 7_750,
    goalBytes: 1_500,
  },
  {
    name: 'OPFS persister, on top',
    entries: ['./persisters/persister-opfs'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 6_750,
    goalBytes: 1_500,
  },
  {
    name: 'remote persister, on top',
    entries: ['./persisters/persister-remote'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 2_500,
  },
  {
    name: 'custom SQLite persister, on top',
    entries: ['./persisters#createCustomSqlitePersister'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 16_500,
  },
  {
    name: 'SQLite persisters of Node and Bun, on top',
    entries: [
      './persisters/persister-better-sqlite3',
      './persisters/persister-sqlite-bun',
      './persisters/persister-sqlite-node',
      './persisters/persister-sqlite3',
    ],
    onTopOf: ['./store', './persisters'],
    maxBytes: 17_000,
  },
  {
    name: 'PostgreSQL persisters, on top',
    entries: [
      './persisters#createCustomPostgreSqlPersister',
      './persisters/persister-pg',
      './persisters/persister-pglite',
      './persisters/persister-postgres',
    ],
    onTopOf: ['./store', './persisters'],
    maxBytes: 22_800,
  },
  {
    name: 'WebAssembly SQLite persisters, on top',
    entries: [
      './persisters/persister-cr-sqlite-wasm',
      './persisters/persister-electric-sql',
      './persisters/persister-powersync',
      './persisters/persister-sqlite-wasm',
    ],
    onTopOf: ['./store', './persisters', './persisters/persister-better-sqlite3'],
    maxBytes: 1_600,
  },
  {
    name: 'SQLite persisters of devices, on top',
    entries: [
      './persisters/persister-capacitor-sqlite',
      './persisters/persister-expo-sqlite',
      './persisters/persister-react-native-sqlite',
    ],
    onTopOf: ['./store', './persisters'],
    maxBytes: 17_700,
  },
  {
    name: 'libSQL persister, on top',
    entries: ['./persisters/persister-libsql'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 18_500,
  },
];

/** Exports that bring along what the rest of their entry does without: only apps that import them get that. */
export const apart = [
  './persisters#createCustomPostgreSqlPersister',
  './persisters#createCustomSqlitePersister',
];

/** Entries that no app ships to a browser. */
export const unlimited = ['./testing'];

/**
 * What apps may be made to download: bytes of one bundle, minified and compressed with gzip -9.
 * With `onTopOf`, the bytes that the entries add to a bundle of those. 1 kB is 1,000 bytes.
 * Every public entry that apps bundle stands in `entries` of at least one budget. Nothing may grow beyond
 * `maxBytes`; where that is more than `goalBytes`, it is to be brought down to it.
 */
export const budgets = [
  {name: 'store', entries: ['./store'], maxBytes: 11_300, goalBytes: 8_500},
  {
    name: 'store, persistence engine, custom persister',
    entries: ['.', './common', './store', './persisters'],
    maxBytes: 20_800,
    goalBytes: 12_500,
  },
  {
    name: 'file persister, on top',
    entries: ['./persisters/persister-file'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 5_900,
    goalBytes: 3_500,
  },
  {
    name: 'browser persisters, on top',
    entries: ['./persisters/persister-browser'],
    onTopOf: ['./store', './persisters', './persisters/persister-opfs'],
    maxBytes: 2_800,
    goalBytes: 1_500,
  },
  {
    name: 'IndexedDB persister, on top',
    entries: ['./persisters/persister-indexed-db'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 7_700,
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
    name: 'better-sqlite3 persister, on top',
    entries: ['./persisters/persister-better-sqlite3'],
    onTopOf: ['./store', './persisters'],
    maxBytes: 11_000,
  },
];

/** Entries that no app ships to a browser. */
export const unlimited = ['./testing'];

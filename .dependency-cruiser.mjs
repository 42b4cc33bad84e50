/** Who may import whom. Imports point downwards only; a folder that is not listed imports nothing. */

const TESTS = '\\.test(-d)?\\.ts$';
const SHARED = ['^src/errors\\.ts$', '^src/shared/'];
const STORE = '^src/store/';
const MERGEABLE_STORE = '^src/mergeable-store/';
const PERSISTER_ENGINE = '^src/persisters/engine/';
const SQL = '^src/persisters/sql/';
const SYNCHRONIZER_ENGINE = '^src/synchronizers/engine/';
// Has no public face of its own: it is how apps bring their own storage, so `cellar/persisters` has it.
const CUSTOM_PERSISTER = '^src/persisters/custom/';
// Apps know it as the home of OPFS, too, which has a folder of its own.
const BROWSER_ENTRY = '^src/persisters/browser/index\\.ts$';
const PUBLIC_ENTRIES = ['^src/.*index\\.ts$', '^src/common\\.ts$'];
const PLATFORM =
  '^(node:)?(crypto|fs|fs/promises|http|https|net|os|path|timers/promises|url|worker_threads|zlib)$';

/** A module may import its own folder, `SHARED` and what stands here; `$1` is its adapter's name. */
const table = [
  {name: 'errors', path: '^src/errors\\.ts$', mayImport: []},
  {name: 'shared', path: '^src/shared/', mayImport: []},
  {name: 'store', path: STORE, mayImport: []},
  {name: 'mergeable-store', path: MERGEABLE_STORE, mayImport: [STORE]},
  {name: 'persister-engine', path: PERSISTER_ENGINE, mayImport: [STORE, MERGEABLE_STORE]},
  {name: 'sql', path: SQL, mayImport: [STORE, MERGEABLE_STORE, PERSISTER_ENGINE]},
  {
    name: 'persister',
    path: '^src/persisters/(?!engine/|sql/)([^/]+)/',
    pathNot: BROWSER_ENTRY,
    mayImport: ['^src/persisters/$1/', STORE, MERGEABLE_STORE, PERSISTER_ENGINE, SQL, PLATFORM],
  },
  {
    name: 'browser-entry',
    path: BROWSER_ENTRY,
    mayImport: ['^src/persisters/browser/', STORE, PERSISTER_ENGINE, '^src/persisters/opfs/index'],
  },
  {
    name: 'synchronizer-engine',
    path: SYNCHRONIZER_ENGINE,
    mayImport: [STORE, MERGEABLE_STORE],
  },
  {
    name: 'synchronizer',
    path: '^src/synchronizers/(?!engine/)([^/]+)/',
    mayImport: ['^src/synchronizers/$1/', STORE, MERGEABLE_STORE, SYNCHRONIZER_ENGINE, PLATFORM],
  },
  {
    name: 'testing',
    path: '^src/testing/',
    mayImport: [STORE, MERGEABLE_STORE, PERSISTER_ENGINE, SQL, SYNCHRONIZER_ENGINE],
  },
  {name: 'server', path: '^src/server/', mayImport: [...PUBLIC_ENTRIES, PLATFORM]},
  {name: 'cli', path: '^src/cli/', mayImport: [...PUBLIC_ENTRIES, PLATFORM]},
  {
    name: 'public-entry',
    path: '^src/([^/]+\\.ts|(persisters|synchronizers)/index\\.ts)$',
    pathNot: '^src/errors\\.ts$',
    mayImport: [
      ...PUBLIC_ENTRIES,
      STORE,
      MERGEABLE_STORE,
      PERSISTER_ENGINE,
      CUSTOM_PERSISTER,
      SQL,
      SYNCHRONIZER_ENGINE,
    ],
  },
];

/** The part of a rule's path that stands for the module's own folder. */
const own = (path) => (path.endsWith('/') && !path.includes('(') ? [path] : []);

export default {
  forbidden: [
    ...table.map(({name, path, pathNot = [], mayImport}) => ({
      name: `${name}-imports`,
      comment: `See the row '${name}' in .dependency-cruiser.mjs.`,
      severity: 'error',
      from: {path, pathNot: [TESTS, pathNot].flat()},
      to: {pathNot: [...SHARED, ...own(path), ...mayImport]},
    })),
    {
      name: 'unknown-folder',
      comment: 'Say in .dependency-cruiser.mjs what this folder may import.',
      severity: 'error',
      from: {path: '^src/', pathNot: [TESTS, ...table.map(({path}) => path)]},
      to: {},
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: {circular: true, viaOnly: {dependencyTypesNot: ['type-only']}},
    },
    {
      name: 'tests-not-imported',
      comment: 'What the library or another test needs is no test file.',
      severity: 'error',
      from: {},
      to: {path: TESTS},
    },
    {
      name: 'examples-use-the-package',
      comment: 'An example shows what an app would write.',
      severity: 'error',
      from: {path: '^examples/'},
      to: {path: '^(src|dist)/', dependencyTypes: ['local']},
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {pathNot: '^examples/'},
      // What has been built need not be there; the tests which import it by its name fail without.
      to: {couldNotResolve: true, pathNot: '^cellar(/|$)'},
    },
  ],
  options: {
    doNotFollow: {path: ['node_modules', '^dist/']},
    exclude: {path: '^(bench|coverage|reports)/'},
    tsPreCompilationDeps: true,
    tsConfig: {fileName: 'tsconfig.json'},
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
};

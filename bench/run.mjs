/** `npm run bench`: see harness/options.mjs for what it takes, docs/benchmarks.md for what it makes. */
import {mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {loadavg} from 'node:os';
import {resolve} from 'node:path';
import {drawGrowth} from './harness/draw-curves.mjs';
import {USAGE, readOptions} from './harness/options.mjs';
import {renderBrowserDocument} from './harness/browser-report.mjs';
import {renderSqlDocument} from './harness/sql-report.mjs';
import {startPostgres} from './harness/postgres.mjs';
import {renderDocument, renderPlainTable} from './harness/report.mjs';
import {runChild} from './harness/run-child.mjs';
import {setUp} from './harness/set-up.mjs';
import {curveOf, judge} from './harness/verdict.mjs';

const CASES = new URL('cases/', import.meta.url);
const DOCS = new URL('../docs/', import.meta.url);
const QUICK_SIZE = 10_000;
const SLOW_SIZE = 1_000_000;
const SLOW_ROUNDS = {reference: 1, other: 3};

/** The order of the reports: memory first, then files; databases, then what is like a file, then servers. */
const ORDER = [
  'bulk',
  'schema',
  'json',
  'rows',
  'set-cell',
  'read',
  'sorted',
  'rollback',
  'empty',
  'engine-rapid',
  'file-full',
  'file-one-cell',
  'file-rapid',
  'sql-sqlite-full',
  'sql-sqlite-edits',
  'sql-sqlite-rapid',
  'sql-sqlite-json',
  'sql-postgres-full',
  'sql-postgres-edits',
  'sql-postgres-external',
  'browser-indexed-db',
  'browser-idle',
  'browser-local-storage',
  'browser-remote',
  'browser-sizes',
];

/** Cases that run together, and the document that a whole run of them writes. */
const SUITES = {
  node: {document: 'benchmarks.md', render: renderDocument},
  sql: {document: 'benchmarks-sql.md', render: renderSqlDocument},
  browser: {document: 'benchmarks-browser.md', render: renderBrowserDocument},
};

const suiteOf = ({suite = 'node'}) => suite;

/** Without filters those of Node; they are files, and memory, and take no browser. */
const isChosen = (bench, filters) =>
  filters.length === 0
    ? suiteOf(bench) === 'node'
    : filters.some((word) => bench.id.includes(word));

const loadCases = async (filters) => {
  const files = readdirSync(CASES).filter((file) => file.endsWith('.mjs'));
  const loaded = await Promise.all(
    files.map(async (file) => {
      const {href} = new URL(file, CASES);
      return {file: href, bench: (await import(href)).bench};
    }),
  );
  return loaded
    .filter(({bench}) => isChosen(bench, filters))
    .sort((a, b) => ORDER.indexOf(a.bench.id) - ORDER.indexOf(b.bench.id));
};

const contendersOf = (bench, only, size) =>
  [
    ...(bench.contenders ?? ['limit', 'reference', 'cellar']),
    ...Object.keys(bench.measurePeers ?? {}),
  ].filter(
    (contender) =>
      (contender !== 'limit' || bench.measureLimit !== undefined) &&
      (size === undefined || (bench.isMeasuredAt?.(contender, size) ?? true)) &&
      (only === undefined || only.includes(contender)),
  );

const sizesOf = (bench, {quick, growth}) => {
  const main = bench.size ?? 0;
  const sizes = new Set([main, ...(growth ? (bench.growth?.sizes ?? []) : [])]);
  const allowed = quick ? [...sizes].map((size) => Math.min(size, QUICK_SIZE)) : [...sizes];
  return [...new Set(allowed)].sort((a, b) => a - b);
};

const roundsOf = (contender, size, rounds) =>
  size < SLOW_SIZE ? rounds : Math.min(rounds, SLOW_ROUNDS[contender] ?? SLOW_ROUNDS.other);

/** Measures all contenders at one size, each round in another order. Adds to `failures`. */
const measureSize = async ({file, bench}, size, options, failures) => {
  const contenders = contendersOf(bench, options.only, size);
  const figures = Object.fromEntries(contenders.map((contender) => [contender, []]));
  const failed = new Set();
  for (let round = 0; round < options.rounds; round++) {
    const turns = contenders.map((_, turn) => contenders[(turn + round) % contenders.length]);
    for (const contender of turns) {
      if (round >= roundsOf(contender, size, options.rounds) || failed.has(contender)) continue;
      try {
        figures[contender].push(await runChild(file, contender, size));
      } catch (error) {
        failed.add(contender);
        failures.push(`${bench.id}, ${contender}, ${size} rows: ${error.message}`);
      }
    }
  }
  return figures;
};

const drawGrowths = (growths) => {
  const folder = new URL('benchmarks/', DOCS);
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true});
  for (const {file, ...growth} of growths) writeFileSync(new URL(file, folder), drawGrowth(growth));
};

const writeDocs = (suite, {growths, ...run}) => {
  if (growths.length > 0) drawGrowths(growths);
  const {devDependencies: versions} = JSON.parse(
    readFileSync(new URL('package.json', import.meta.url), 'utf8'),
  );
  const {document, render} = SUITES[suite];
  writeFileSync(new URL(document, DOCS), render({...run, curves: growths, versions}));
};

const growthsOf = (bench, figures) =>
  (bench.growth?.metrics ?? []).map((metricId) => {
    const metric = bench.metrics.find(({id}) => id === metricId);
    const clock = metric.clock === undefined ? '' : ` (${metric.clock})`;
    return {
      file: `${bench.id}-${metricId.toLowerCase()}.svg`,
      title: (bench.growth.titles?.[metricId] ?? metric.title).replaceAll('`', '') + clock,
      unit: metric.unit,
      curves: Object.fromEntries(
        contendersOf(bench).map((contender) => [contender, curveOf(figures, contender, metricId)]),
      ),
    };
  });

const run = async (options, cases) => {
  if (options.package !== undefined) process.env.CELLAR_BENCH_PACKAGE = resolve(options.package);

  const [loadBefore] = loadavg();
  const rows = [];
  const growths = [];
  const failures = [];
  for (const one of cases) {
    const figures = {};
    for (const size of sizesOf(one.bench, options)) {
      const startedAt = performance.now();
      figures[size] = await measureSize(one, size, options, failures);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
      console.log(
        `${one.bench.id}${size === 0 ? '' : `, ${size.toLocaleString('en')} rows`}: ${seconds} s`,
      );
    }
    const mainSize = options.quick
      ? Math.min(one.bench.size ?? 0, QUICK_SIZE)
      : (one.bench.size ?? 0);
    const judged = judge(one.bench, figures, mainSize);
    rows.push(...(options.quick ? judged.map((row) => ({...row, isMet: undefined})) : judged));
    growths.push(...growthsOf(one.bench, figures));
  }
  const notes = cases.flatMap(({bench}) => bench.notes ?? []);
  console.log(`\n${renderPlainTable(rows)}\n`);
  for (const note of notes) console.log(note);
  for (const failure of failures) console.error(`FAILED ${failure}`);
  if (options.write && failures.length === 0) {
    writeDocs(options.suite, {rows, notes, growths, rounds: options.rounds, loadBefore});
  }

  const judged = rows.filter(
    ({target, ofLimit, atMost}) => (target ?? ofLimit ?? atMost) !== undefined,
  );
  const missed = judged.filter(({isMet}) => isMet === false).length;
  const unmeasured = judged.filter(({isMet}) => isMet === undefined).length;
  console.log(
    options.quick
      ? 'A check run: targets are for the full sizes and are not judged.'
      : `${judged.length - missed - unmeasured} targets met, ${missed} missed, ${unmeasured} not measured`,
  );
  if (failures.length > 0 || (options.fail && missed > 0)) process.exitCode = 1;
};

const main = async () => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE);
  const cases = await loadCases(options.filters);
  if (options.list) return console.log(cases.map(({bench}) => bench.id).join('\n'));
  if (cases.length === 0) throw new Error(`No case matches ${options.filters.join(', ')}`);
  setUp(options);
  const needsPostgres = cases.some(({bench}) => bench.needs === 'postgres');
  const stopPostgres = needsPostgres ? await startPostgres() : undefined;
  try {
    await run(options, cases);
  } finally {
    await stopPostgres?.();
  }
};

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

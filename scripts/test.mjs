/**
 * `npm test`: every check there is, on a clean clone too. `node scripts/test.mjs lint tests` runs
 * only the steps named. Uses nothing that has to be installed until it has installed it.
 */
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {installIfNeeded} from './install.mjs';
import {compareWithGuide, matrixOf, renderMatrix} from './sql-matrix.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const LANES = 2;

const scratch = mkdtempSync(join(tmpdir(), 'cellar-test-'));
const reportPath = join(scratch, 'tests.json');

const npmRun = (script, ...args) => ['npm', 'run', '--silent', script, '--', ...args];

const buildNative = (name) => [process.execPath, 'scripts/build-native.mjs', name];

/** What only tests need, in folders of their own: an app has one of them at most. */
const installPackages = [
  process.execPath,
  'scripts/install.mjs',
  ...['electric', 'expo', 'libsql', 'mobile', 'postgresql', 'powersync-web', 'tinybase-9'].map(
    (name) => `test/sql/${name}/`,
  ),
  'test/runtimes/engines/',
];

/**
 * The steps in the order in which they start. `after` names steps that must have succeeded;
 * a step that is `alone` runs when all others are done, with its output shown as it comes.
 */
const steps = [
  // The longest ones first. They are there for the tests.
  {name: 'better-sqlite3', command: buildNative('better-sqlite3'), isForTests: true},
  {name: 'packages', command: installPackages, isForTests: true},
  {name: 'sqlite3', command: buildNative('sqlite3'), isForTests: true},
  {name: 'build', command: npmRun('build')},
  {name: 'lint', command: npmRun('lint'), after: ['packages']},
  {name: 'typecheck', command: npmRun('typecheck'), after: ['packages']},
  {name: 'format', command: npmRun('check:format')},
  {name: 'imports', command: npmRun('check:imports'), after: ['build']},
  {name: 'unused', command: npmRun('check:unused'), after: ['packages']},
  {name: 'size', command: npmRun('check:size')},
  {name: 'package', command: npmRun('check:package'), after: ['build']},
  {
    name: 'tests',
    command: npmRun(
      'test:unit',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportPath}`,
    ),
    after: ['build', 'packages', 'better-sqlite3', 'sqlite3'],
    alone: true,
  },
];

/** @returns `passed`, `failed` or `not run`, with the time it took and what it printed. */
const runStep = ({command: [program, ...args], alone}) =>
  new Promise((resolve) => {
    const startedAt = performance.now();
    const output = [];
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', alone ? 'inherit' : 'pipe', alone ? 'inherit' : 'pipe'],
      shell: process.platform === 'win32',
    });
    child.stdout?.on('data', (data) => output.push(data));
    child.stderr?.on('data', (data) => output.push(data));
    const finish = (outcome) =>
      resolve({
        outcome,
        seconds: (performance.now() - startedAt) / 1000,
        output: Buffer.concat(output).toString(),
      });
    child.on('error', (error) => {
      output.push(Buffer.from(`${error}\n`));
      finish('failed');
    });
    child.on('close', (code) => finish(code === 0 ? 'passed' : 'failed'));
  });

const results = new Map();

const report = ({name}, {outcome, seconds, output}) => {
  console.log(`${outcome.padEnd(8)} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`);
  if (outcome === 'failed' && output) console.log(output.trimEnd().replace(/^/gm, '    '));
};

const settle = async (step) => {
  const missing = (step.after ?? []).filter((name) => results.get(name)?.outcome === 'failed');
  const result =
    missing.length > 0
      ? {outcome: 'not run', seconds: 0, output: ''}
      : await (step.alone && console.log(`running  ${step.name}`), runStep(step));
  results.set(step.name, result);
  report(step, result);
};

/** Starts steps in order, at most `LANES` at once, each when those it comes `after` have ended. */
const runSteps = async (chosen) => {
  const waiting = chosen.filter(({alone}) => !alone);
  const isReady = ({after = []}) =>
    after.every((name) => results.has(name) || !chosen.some((step) => step.name === name));
  const running = new Set();
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex(isReady);
    if (next >= 0 && running.size < LANES) {
      const run = settle(waiting.splice(next, 1)[0]).finally(() => running.delete(run));
      running.add(run);
    } else await Promise.race(running);
  }
  for (const step of chosen.filter(({alone}) => alone)) await settle(step);
};

/** What the tests have reported, if they have run. */
const readReport = () => {
  try {
    return JSON.parse(readFileSync(reportPath, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  }
};

/** Test counts; a file that could not even be loaded counts as one failed test. */
const countTests = (report) => {
  if (!report) return {passed: 0, failed: 0, skipped: 0};
  const {numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults} = report;
  const unloaded = testResults.filter(
    ({status, assertionResults}) => status === 'failed' && assertionResults.length === 0,
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + unloaded.length,
    skipped: numPendingTests + numTodoTests,
  };
};

/**
 * Prints which clients of databases have been tested, and which have not.
 * @returns How many rows the guide does not have, or tells of though, where all can run, they have not.
 */
const reportMatrix = (report) => {
  if (!report) return 0;
  const rows = matrixOf(report);
  const {undocumented, notRun} = compareWithGuide(rows);
  console.log(`\nClients of databases:\n\n${renderMatrix(rows)}`);
  for (const row of undocumented) {
    console.log(`Not in docs/guides/databases.md: ${row.slice(0, 4).join(' | ')}`);
  }
  for (const row of notRun) console.log(`Did not run: ${row.join(' | ')}`);
  return undocumented.length + (process.env.CI ? notRun.length : 0);
};

const main = async () => {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(
      `No such step: ${unknown.join(', ')}. Steps: ${steps.map(({name}) => name).join(', ')}`,
    );
    return 1;
  }
  installIfNeeded();
  if (names.length === 0 || names.includes('tests')) {
    installIfNeeded('test/sql/', '--ignore-scripts'); // what they build is a step of its own
    // Not at the top: it uses what has just been installed.
    const {installBrowsersIfNeeded} = await import('./browsers.mjs');
    installBrowsersIfNeeded();
  }
  const isChosen = ({name, isForTests}) =>
    names.length === 0 || names.includes(isForTests ? 'tests' : name);
  await runSteps(steps.filter(isChosen));

  const unsuccessful = [...results].filter(([, {outcome}]) => outcome !== 'passed');
  const report = readReport();
  const mismatches = reportMatrix(report);
  const {passed, failed, skipped} = countTests(report);
  // A failed check is no test, but "0 failed" must mean that all is well.
  const failures =
    failed + mismatches + unsuccessful.filter(([name]) => name !== 'tests' || !failed).length;
  console.log();
  if (unsuccessful.length > 0) {
    console.log(`Not passed: ${unsuccessful.map(([name]) => name).join(', ')}`);
  }
  console.log(`${passed} passed, ${failures} failed${skipped ? `, ${skipped} skipped` : ''}`);
  return failures > 0 ? 1 : 0;
};

try {
  process.exitCode = await main();
} finally {
  rmSync(scratch, {recursive: true, force: true});
}

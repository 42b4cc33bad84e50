/**
 * `npm run mutation`: changes the code in thousands of small ways, one at a time, and counts how many of
 * these mutants the tests notice. Fails if it is too few in one of the folders. Files named after `--` are
 * all that is changed: `npm run mutation -- src/store/table.ts`. What was found out before is remembered
 * in `reports/`, for mutants and tests that have not changed since.
 */
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** In percent. */
const MIN_SCORE = 80;
const FOLDERS = ['src/store', 'src/persisters/engine'];

const root = fileURLToPath(new URL('..', import.meta.url));
const named = process.argv.slice(2);

const count = (mutants, ...kinds) => mutants.filter(({status}) => kinds.includes(status)).length;

/** Prints the score of some mutants. @returns Whether it is good enough. */
const judge = (name, mutants) => {
  const noticed = count(mutants, 'Killed', 'Timeout');
  const all = noticed + count(mutants, 'Survived', 'NoCoverage');
  if (all === 0) return true;
  const score = (100 * noticed) / all;
  console.log(`${score.toFixed(1).padStart(6)} %  ${noticed} of ${all}  ${name}`);
  return score >= MIN_SCORE;
};

/** Makes mutants in a folder, or in some files of it. @returns Whether enough of them are noticed. */
const mutate = (folder, files) => {
  const only = files.length > 0 ? ['--mutate', files.join(',')] : [];
  const {status} = spawnSync('npx', ['stryker', 'run', ...only], {
    cwd: root,
    env: {...process.env, MUTATED_FOLDER: folder},
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) return false;
  const report = readFileSync(`${root}reports/${folder.replaceAll('/', '-')}.json`, 'utf8');
  const found = Object.entries(JSON.parse(report).files).filter(
    ([file]) => files.length === 0 || files.includes(file),
  );
  console.log('');
  for (const [file, {mutants}] of found) judge(file, mutants);
  const isWell = judge(
    folder,
    found.flatMap(([, {mutants}]) => mutants),
  );
  if (!isWell) console.error(`${folder}: expected at least ${MIN_SCORE} %`);
  return isWell;
};

let isWell = true;
for (const folder of FOLDERS) {
  const files = named.filter((file) => file.startsWith(`${folder}/`));
  if (named.length > 0 && files.length === 0) continue;
  isWell = mutate(folder, files) && isWell;
}
process.exitCode = isWell ? 0 : 1;

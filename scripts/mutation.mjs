/**
 * `npm run mutation`: changes the code in thousands of small ways, one at a time, and counts how many of
 * these mutants the tests notice. Fails if it is too few in one of the folders. Arguments go to Stryker:
 * `npm run mutation -- --mutate src/store/table.ts`.
 */
import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** In percent. */
const MIN_SCORE = 80;
const FOLDERS = ['src/store/', 'src/persisters/engine/'];

const root = fileURLToPath(new URL('..', import.meta.url));

const {status} = spawnSync('npx', ['stryker', 'run', ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  shell: process.platform === 'win32',
});
if (status !== 0) process.exit(status ?? 1);

const {files} = JSON.parse(readFileSync(`${root}reports/mutation.json`, 'utf8'));

const count = (mutants, ...kinds) =>
  mutants.filter(({status: kind}) => kinds.includes(kind)).length;

/** Prints the score of some mutants. @returns Whether it is good enough. */
const judge = (name, mutants) => {
  const noticed = count(mutants, 'Killed', 'Timeout');
  const all = noticed + count(mutants, 'Survived', 'NoCoverage');
  const score = (100 * noticed) / all;
  console.log(`${score.toFixed(1).padStart(6)} %  ${noticed} of ${all}  ${name}`);
  return score >= MIN_SCORE;
};

let isWell = true;
for (const folder of FOLDERS) {
  const own = Object.entries(files).filter(([file]) => file.startsWith(folder));
  const withMutants = own.filter(([, {mutants}]) => mutants.length > 0);
  if (withMutants.length === 0) continue;
  console.log('');
  for (const [file, {mutants}] of withMutants) judge(file, mutants);
  if (
    !judge(
      folder,
      withMutants.flatMap(([, {mutants}]) => mutants),
    )
  ) {
    console.error(`${folder}: expected at least ${MIN_SCORE} %`);
    isWell = false;
  }
}
process.exitCode = isWell ? 0 : 1;

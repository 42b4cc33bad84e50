/** Compares what each public entry costs an app with its budget. */
import {gzipSync} from 'node:zlib';
import {build} from 'esbuild';
import {entries, entrySources, root} from './entries.mjs';
import {budgets, unlimited} from './size-budgets.mjs';

const sourceOf = (subpath) => {
  const entry = entries.find((candidate) => candidate.subpath === subpath);
  if (!entry)
    throw new Error(`size-budgets.mjs names ${subpath}, which package.json does not export`);
  return entry.source;
};

/** @returns Bytes of everything that these entries export, in one bundle, minified and gzipped. */
const measure = async (subpaths) => {
  const contents = subpaths
    .map(sourceOf)
    .map((source) => `export * from './${source}';`)
    .join('\n');
  const {outputFiles} = await build({
    stdin: {contents, resolveDir: root, loader: 'ts'},
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    external: ['node:*'],
    legalComments: 'none',
  });
  return gzipSync(outputFiles[0].contents, {level: 9}).length;
};

const kB = (bytes) => `${(bytes / 1000).toFixed(2)} kB`;

const exceeded = [];
for (const {name, entries: measured, onTopOf = [], maxBytes} of budgets) {
  const base = onTopOf.length > 0 ? await measure(onTopOf) : 0;
  const bytes = (await measure([...onTopOf, ...measured])) - base;
  if (bytes > maxBytes) exceeded.push(name);
  console.log(
    `${bytes > maxBytes ? 'over' : 'ok  '} ${name.padEnd(44)} ${kB(bytes).padStart(9)} of ${kB(maxBytes).padStart(9)}`,
  );
}
if (exceeded.length > 0) {
  console.error(`Over budget: ${exceeded.join(', ')}`);
  process.exitCode = 1;
}

const budgeted = [...budgets.flatMap((budget) => budget.entries), ...unlimited].map(sourceOf);
const forgotten = entrySources.filter((source) => !budgeted.includes(source));
if (forgotten.length > 0) {
  console.error(`Without a budget in size-budgets.mjs: ${forgotten.join(', ')}`);
  process.exitCode = 1;
}

/** Compares what each public entry costs an app with its budget. */
import {bundleSize} from './bundle-size.mjs';
import {entries, entrySources, root} from './entries.mjs';
import {budgets, unlimited} from './size-budgets.mjs';

const sourceOf = (subpath) => entries.find((entry) => entry.subpath === subpath)?.source;

/** @returns Bytes of everything that these entries export. */
const measure = (subpaths) => {
  const exported = subpaths.map(sourceOf).map((source) => `export * from './${source}';`);
  return bundleSize(exported.join('\n'), root);
};

const kB = (bytes) => `${(bytes / 1000).toFixed(2)} kB`;

let isWell = true;
const complain = (problem) => {
  console.error(problem);
  isWell = false;
};

const named = [
  ...budgets.flatMap(({entries, onTopOf = []}) => [...entries, ...onTopOf]),
  ...unlimited,
];
const unknown = named.filter((subpath) => !entries.some((entry) => entry.subpath === subpath));
if (unknown.length > 0) {
  complain(`In size-budgets.mjs, but not exported by package.json: ${unknown.join(', ')}`);
}
const forgotten = entrySources.filter((source) => !named.map(sourceOf).includes(source));
if (forgotten.length > 0) complain(`Without a budget in size-budgets.mjs: ${forgotten.join(', ')}`);

for (const {name, entries: measured, onTopOf = [], maxBytes, goalBytes} of budgets) {
  if ([...measured, ...onTopOf].some((subpath) => unknown.includes(subpath))) continue;
  const base = onTopOf.length > 0 ? await measure(onTopOf) : 0;
  const bytes = (await measure([...onTopOf, ...measured])) - base;
  const text = `${name.padEnd(48)} ${kB(bytes).padStart(9)} of ${kB(maxBytes).padStart(9)}${goalBytes ? `, goal ${kB(goalBytes)}` : ''}`;
  if (bytes > maxBytes) complain(`over ${text}`);
  else console.log(`ok   ${text}`);
}
process.exitCode = isWell ? 0 : 1;

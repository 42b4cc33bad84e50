/** Compares what each public entry costs an app with its budget. */
import {bundleSize, exportedNames} from './bundle-size.mjs';
import {entries, entrySources, root} from './entries.mjs';
import {apart, budgets, unlimited} from './size-budgets.mjs';

const sourceOf = (subpath) => entries.find((entry) => entry.subpath === subpath)?.source;

/** Code that exports what `entry` or `entry#name` means, as the budgets have it. */
const exportOf = async (measured) => {
  const [subpath, name] = measured.split('#');
  const from = `from './${sourceOf(subpath)}';`;
  if (name) return `export {${name}} ${from}`;
  const left = apart.filter((other) => other.startsWith(`${subpath}#`));
  if (left.length === 0) return `export * ${from}`;
  const names = await exportedNames(`export * ${from}`, root);
  const others = names.filter((exported) => !left.includes(`${subpath}#${exported}`));
  return `export {${others.join()}} ${from}`;
};

/** @returns Bytes of everything that these entries export. */
const measure = async (measured) =>
  bundleSize((await Promise.all(measured.map(exportOf))).join('\n'), root);

const kB = (bytes) => `${(bytes / 1000).toFixed(2)} kB`;

let isWell = true;
const complain = (problem) => {
  console.error(problem);
  isWell = false;
};

const measured = budgets.flatMap(({entries, onTopOf = []}) => [...entries, ...onTopOf]);
const named = [...measured, ...unlimited].map((name) => name.split('#')[0]);
const unknown = named.filter((subpath) => !entries.some((entry) => entry.subpath === subpath));
if (unknown.length > 0) {
  complain(`In size-budgets.mjs, but not exported by package.json: ${unknown.join(', ')}`);
}
const forgotten = entrySources.filter((source) => !named.map(sourceOf).includes(source));
if (forgotten.length > 0) complain(`Without a budget in size-budgets.mjs: ${forgotten.join(', ')}`);

const unmeasured = apart.filter((name) => !measured.includes(name));
if (unmeasured.length > 0)
  complain(`Without a budget in size-budgets.mjs: ${unmeasured.join(', ')}`);

for (const {name, entries: added, onTopOf = [], maxBytes, goalBytes} of budgets) {
  if ([...added, ...onTopOf].some((entry) => unknown.includes(entry.split('#')[0]))) continue;
  const base = onTopOf.length > 0 ? await measure(onTopOf) : 0;
  const bytes = (await measure([...onTopOf, ...added])) - base;
  const text = `${name.padEnd(48)} ${kB(bytes).padStart(9)} of ${kB(maxBytes).padStart(9)}${goalBytes ? `, goal ${kB(goalBytes)}` : ''}`;
  if (bytes > maxBytes) complain(`over ${text}`);
  else console.log(`ok   ${text}`);
}
process.exitCode = isWell ? 0 : 1;

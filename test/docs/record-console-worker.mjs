/**
 * Preloaded into the process of a document's program: takes down what it prints and in which of its
 * blocks, and gives programs for browsers the storage of a browser.
 */
import {writeFileSync} from 'node:fs';
import {formatWithOptions, inspect} from 'node:util';

const {CELLAR_RECORD_PATH: recordPath, CELLAR_BROWSER: isBrowser} = process.env;

const options = {
  depth: Infinity,
  breakLength: Infinity,
  compact: true,
  maxArrayLength: null,
  maxStringLength: null,
};
const record = {printed: [[]], isFinished: false};

for (const method of ['debug', 'error', 'info', 'log', 'warn']) {
  console[method] = (...values) => {
    record.printed.at(-1).push({
      text: formatWithOptions(options, ...values),
      inspected: values.map((value) => inspect(value, options)).join(' '),
    });
  };
}

/** Called by the program at the end of each of its blocks. */
globalThis.endOfBlock = (isLast) => {
  if (isLast) record.isFinished = true;
  else record.printed.push([]);
};

if (isBrowser) {
  const {Window} = await import('happy-dom');
  const window = new Window({url: 'https://app.example/'});
  for (const name of [
    'localStorage',
    'sessionStorage',
    'document',
    'addEventListener',
    'removeEventListener',
    'dispatchEvent',
    'StorageEvent',
  ]) {
    const value = window[name];
    globalThis[name] = /^[a-z].*Event/.test(name) ? value.bind(window) : value;
  }
  globalThis.window = globalThis;
}

process.on('exit', () => writeFileSync(recordPath, JSON.stringify(record)));

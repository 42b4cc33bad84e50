import {spawnSync} from 'node:child_process';
import {findBrowsers} from '../../scripts/browsers.mjs';
import {describeMachine, renderMarkdownTable} from './report.mjs';

/** As the browser names itself: `Chromium 156.0.8078.79`. */
const describeBrowser = () => {
  const {executablePath} = findBrowsers().chromium;
  const {stdout} = spawnSync(executablePath, ['--version'], {encoding: 'utf8'});
  return /^\S+(?: \S+)*? [\d.]+/.exec(stdout)?.[0] ?? 'unknown';
};

/** The whole of docs/benchmarks-browser.md. */
export const renderBrowserDocument = ({
  rows,
  notes,
  rounds,
  versions,
  loadBefore,
}) => `# Benchmarks in a browser

This file is written by \`npm run bench -- browser\`; do not edit it by hand.

Each case does the same work on the reference (TinyBase ${versions.tinybase}), on Cellar, and, as the
limit, with nothing but the browser: \`put\`, \`setItem\`, \`fetch\`. For IndexedDB, what apps might use
instead stands beside it: idb-keyval ${versions['idb-keyval']} and Dexie ${versions.dexie}, with a record for
each row. Every figure comes from a fresh browser with an empty profile that does the work once, bundled as
apps do it; what was written is loaded in another page and checked. The contenders take turns, ${rounds}
rounds, and the medians are shown. Only the ratios carry over to other machines.

The data is 100,000 rows of 5 cells unless a case says otherwise: a string of its own, one of 1,000 strings,
a whole number, a decimal number, a boolean.

- **Wall** is what the caller waits for. Cellar and the limit wait until the disk has what they write to
  IndexedDB; the others until the operating system has it.
- **CPU** is the time that the page's main thread was at work, whatever it did.
- The **longest task** is the longest time for which the page could not answer. The browser reports only
  tasks of 50 ms and more: 0 is less.

## Results

${renderMarkdownTable(rows)}
${notes.length === 0 ? '' : `\n${notes.join('\n')}\n`}
"Target" is the most that Cellar may take, as a multiple of the reference in the same run or, with
"≤", as a figure. Rows without one are there to be seen.

## Measured on

- Browser: ${describeBrowser()}, headless
${describeMachine(loadBefore)}

## Do it yourself

\`\`\`sh
npm run bench -- browser                      # everything; writes this file
npm run bench -- browser --quick              # a small check run
npm run bench -- browser-indexed-db --rounds 9 # one case
npm run bench -- --help
\`\`\`
`;

import {cpus, loadavg, totalmem} from 'node:os';
import {formatFigure, formatRatio, formatTarget} from './numbers.mjs';

const headingsOf = (peers) => [
  'case',
  'reference',
  'limit',
  ...peers,
  'Cellar',
  '× reference',
  'target',
  'met',
];

/** What else is measured in one of these cases. */
const peersIn = (rows) => [...new Set(rows.flatMap(({peers = {}}) => Object.keys(peers)))];

const VERDICTS = new Map([
  [true, 'yes'],
  [false, '**no**'],
  [undefined, '–'],
]);

const cellsOf = (row, peers) => [
  row.title + (row.clock === undefined ? '' : ` (${row.clock})`),
  formatFigure(row.reference, row.unit),
  formatFigure(row.limit, row.unit),
  ...peers.map((peer) => formatFigure(row.peers?.[peer], row.unit)),
  formatFigure(row.ours, row.unit),
  formatRatio(row.ratio),
  formatTarget(row),
  VERDICTS.get(row.isMet),
];

/** A table for the terminal, columns aligned. */
export const renderPlainTable = (rows) => {
  const peers = peersIn(rows);
  const headings = headingsOf(peers);
  const lines = [headings, ...rows.map((row) => cellsOf(row, peers))].map((cells) =>
    cells.map((cell) => cell.replaceAll('`', '').replaceAll('**', '')),
  );
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((cells) => cells[column].length)),
  );
  return lines
    .map((cells) =>
      cells
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join('  '),
    )
    .join('\n');
};

export const renderMarkdownTable = (rows) => {
  const peers = peersIn(rows);
  const headings = headingsOf(peers);
  const figures = headings.slice(2).map(() => '---:');
  return [
    `| ${headings.join(' | ')} |`,
    `| --- | ${figures.join(' | ')} | --- |`,
    ...rows.map((row) => `| ${cellsOf(row, peers).join(' | ')} |`),
  ].join('\n');
};

/** What else ran shows in the load: this program alone keeps it near 1. */
const describeLoad = (loadBefore) =>
  `${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after (about 1 is this program's own)`;

export const describeMachine = (loadBefore) => {
  const processors = cpus();
  return [
    `- Processor: ${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores`,
    `- Memory: ${Math.round(totalmem() / 2 ** 30)} GiB`,
    `- Node.js ${process.version}, ${process.platform} ${process.arch}`,
    `- Load average: ${describeLoad(loadBefore)}`,
    `- Date: ${new Date().toISOString().slice(0, 10)}`,
  ].join('\n');
};

/**
 * The whole of docs/benchmarks.md.
 * @param curves `{file, title}` of each drawing in docs/benchmarks.
 */
export const renderDocument = ({rows, notes, curves, rounds, versions, loadBefore}) => `# Benchmarks

This file is written by \`npm run bench\`; do not edit it by hand.

Each case does the same work on the reference (TinyBase ${versions.tinybase}), on Cellar, and, as the
limit, on plain objects and plain files with nothing around them: no listeners, no transactions, no
checks. Every figure comes from a fresh process that does the work once, cold; work that is over in a few
milliseconds it does several times (10,000 calls, five rollbacks, four orders), and the median counts, or
most of it would be compiling. The contenders take turns, ${rounds} rounds, and the medians are shown. Only
the ratios carry over to other machines.

Unless a case says otherwise, the data is 100,000 rows of 5 cells: a string of
its own, one of 1,000 strings, a whole number, a decimal number, a boolean.

- **CPU** is the time of all threads of the process, the garbage collector's included; **wall** is
  what the caller waits for.
- Heap is what remains after two full collections when the data that was handed in has been released.
- Bytes written are what the process passed to write calls (\`wchar\` of \`/proc/self/io\`), lock files and
  the few bytes with which threads wake each other included. The reference does not sync its files
  to the disk; Cellar and the limit do.
- The main thread's time is what the kernel's scheduler has charged to it.

## Results

${renderMarkdownTable(rows)}
${notes.length === 0 ? '' : `\n${notes.join('\n')}\n`}
"Target" is the most that Cellar may take, as a multiple of the reference in the same run or, with
"≤", as a figure.

## Growth

${curves.map(({file, title}) => `![${title}](benchmarks/${file})`).join('\n\n')}

Up to 100,000 rows the points are medians of ${rounds} rounds; at 1,000,000 rows of one round for the
reference and of three at most for the others.

## Measured on

${describeMachine(loadBefore)}

## Do it yourself

\`\`\`sh
npm run bench                        # everything; writes this file
npm run bench -- --quick             # a small check run
npm run bench -- set-cell --rounds 9 # one case
npm run bench -- browser             # in Chromium; writes benchmarks-browser.md
npm run bench -- --help
\`\`\`
`;

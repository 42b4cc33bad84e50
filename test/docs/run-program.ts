/** Runs a program of a document against the built package and compares what it prints. */
import {execFile} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {transform} from 'esbuild';
import type {CodeBlock, DocumentProgram} from './markdown-programs.ts';
import {isAsPromised, type Printed} from './printed-text.ts';

const DEADLINE_MS = 30_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const recorder = new URL('./record-console-worker.mjs', import.meta.url).href;

/** What the recorder leaves behind. */
interface ConsoleRecord {
  readonly printed: readonly (readonly Printed[])[];
  readonly isFinished: boolean;
}

/** The program as one module in which every line has the number that it has in the document. */
const assemble = ({blocks}: DocumentProgram): string => {
  const lines: string[] = [];
  blocks.forEach(({firstLine, lastLine, code}, index) => {
    while (lines.length < firstLine - 1) lines.push('');
    lines.push(index === 0 ? '' : '{', ...code);
    while (lines.length < lastLine - 1) lines.push('');
    lines.push(`;endOfBlock(${index === blocks.length - 1});`);
  });
  return `${lines.join('\n')}${'}'.repeat(blocks.length - 1)}`;
};

const compareBlock = (
  document: string,
  {firstLine, lastLine, expectations}: CodeBlock,
  printed: readonly Printed[],
): string[] => {
  const problems = expectations.flatMap(({line, text}, index) => {
    const actual = printed[index];
    if (!actual) return [`${document}:${line}: promises ${text}, but nothing more was printed`];
    if (isAsPromised(text, actual)) return [];
    return [`${document}:${line}: promises ${text}, but prints ${actual.inspected}`];
  });
  const unannounced = printed
    .slice(expectations.length)
    .map(({inspected}) => `${document}:${firstLine}-${lastLine}: also prints ${inspected}`);
  return [...problems, ...unannounced];
};

/** @returns What is wrong, each with its place in the document; nothing if all is as it says. */
export const findProblems = async (program: DocumentProgram): Promise<string[]> => {
  const {document, blocks} = program;
  // Inside the package, so that the package's own name leads to what has been built.
  await mkdir(join(root, '.cache'), {recursive: true});
  const folder = await mkdtemp(join(root, '.cache', 'docs-'));
  const workingFolder = await mkdtemp(join(tmpdir(), 'cellar-docs-'));
  try {
    const source = assemble(program);
    const {code} = await transform(source, {
      loader: 'ts',
      format: 'esm',
      target: 'esnext',
      sourcemap: 'inline',
      sourcefile: document,
      tsconfigRaw: {compilerOptions: {verbatimModuleSyntax: true}},
    });
    const modulePath = join(folder, 'program.mjs');
    const recordPath = join(folder, 'record.json');
    await writeFile(modulePath, code);
    // Clients of databases, which apps bring themselves.
    await symlink(join(root, 'test/sql/node_modules'), join(folder, 'node_modules'));
    const failure = await new Promise<string | undefined>((resolve) => {
      execFile(
        process.execPath,
        ['--enable-source-maps', '--import', recorder, modulePath],
        {
          cwd: workingFolder,
          timeout: DEADLINE_MS,
          killSignal: 'SIGKILL',
          env: {
            ...process.env,
            CELLAR_RECORD_PATH: recordPath,
            CELLAR_BROWSER: source.includes('persister-browser') ? 'yes' : '',
          },
        },
        (error, stdout, stderr) => {
          if (!error) resolve(undefined);
          else if (error.killed) resolve(`did not end within ${DEADLINE_MS} ms`);
          else resolve(`failed:\n${stdout}${stderr}`);
        },
      );
    });
    if (failure !== undefined) return [`${document}:${blocks[0]?.firstLine ?? 1}: ${failure}`];
    // Written by the recorder, which is ours.
    const record = JSON.parse(await readFile(recordPath, 'utf8')) as ConsoleRecord;
    return [
      ...(record.isFinished ? [] : [`${document}: ended before its last line`]),
      ...blocks.flatMap((block, index) =>
        compareBlock(document, block, record.printed[index] ?? []),
      ),
    ];
  } catch (error) {
    return [`${document}: ${String(error)}`];
  } finally {
    await rm(folder, {recursive: true, force: true});
    await rm(workingFolder, {recursive: true, force: true});
  }
};

/** Runs `saving-worker.mjs` on a file, and keeps account of what it has reported. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const worker = fileURLToPath(new URL('saving-worker.mjs', import.meta.url));

/** Where the worker gets the library from that it tries: what it imports. */
export interface LibraryModules {
  readonly store: string;
  readonly filePersister: string;
}

export interface WorkerOptions {
  /** Default: those of the built package. */
  readonly modules?: LibraryModules;
  /** Whether it loads what others write. Default: true. */
  readonly isWatching?: boolean;
  /** After so many edits, the worker ends by itself. Default: never. */
  readonly edits?: number;
  readonly format?: 'auto' | 'compatible';
  readonly retry?: {readonly maxDelayMs: number};
  /** For modules that keep the store in a database: which client, how, and where. */
  readonly database?: object;
  /** What runs the worker. Default: the Node that runs the tests. */
  readonly program?: string;
}

export interface Report {
  /** The last edit that was in the file; `undefined` if the worker has not got so far. */
  found: number | undefined;
  /** The last edit that the persister has acknowledged; 0 if none. */
  acknowledged: number;
  /** What the persister reported, and content that should not be possible. */
  readonly errors: string[];
  /** How the worker ended: with a code of its own, or by a signal. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** What runs the worker in its place: a program and its arguments. */
export type Wrapper = readonly [program: string, ...args: string[]];

/**
 * Runs the worker until it ends.
 * @param onLine Called after each line that it has written, and once before the first, with what kills it.
 */
export const runWorker = async (
  path: string,
  options: WorkerOptions,
  onLine: (report: Report, kill: () => void) => void = () => undefined,
  wrapper?: Wrapper,
): Promise<Report> => {
  const {program: runtime = process.execPath, ...passedOn} = options;
  const command = [...(wrapper ?? []), runtime, worker, path, JSON.stringify(passedOn)];
  const [program = '', ...args] = command;
  // A group of its own: what is killed is the worker, not only what runs it.
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    // strace counts calls by thread: one thread that calls makes that a plain count.
    env: {...process.env, ...(wrapper ? {UV_THREADPOOL_SIZE: '1'} : {})},
  });
  const closed = once(child, 'close');
  const report: Report = {
    found: undefined,
    acknowledged: 0,
    errors: [],
    exitCode: null,
    signal: null,
  };
  const kill = (): void => {
    const isRunning = child.exitCode === null && child.signalCode === null;
    if (isRunning && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  createInterface({input: child.stdout}).on('line', (line) => {
    const number = Number(/^(?:found|saved) (\d+)$/.exec(line)?.[1]);
    if (Number.isNaN(number)) report.errors.push(line);
    else if (line.startsWith('found')) report.found = number;
    else report.acknowledged = number;
    onLine(report, kill);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => report.errors.push(text.trimEnd()));
  onLine(report, kill);
  await closed;
  report.exitCode = child.exitCode;
  report.signal = child.signalCode;
  return report;
};

const strace = '/usr/bin/strace';

/** Why calls of the system cannot be tampered with here; `undefined` if they can. */
export const whyNoStrace: string | undefined = existsSync(strace)
  ? undefined
  : `${strace} is missing (Debian: apt-get install strace)`;

/**
 * @param inject What to inject, e.g. `fsync:signal=SIGKILL:when=2`.
 * @param path Only calls on this file are meant; all, if empty.
 */
export const withStrace = (inject: string, path: string): Wrapper => {
  const [calls = ''] = inject.split(':');
  const only = path ? ['-P', path] : [];
  return [
    strace,
    '-f',
    '-o',
    '/dev/null',
    '-e',
    `trace=${calls}`,
    '-e',
    `inject=${inject}`,
    ...only,
  ];
};

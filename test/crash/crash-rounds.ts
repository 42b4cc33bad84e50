/** Rounds of crashes: a worker saves to a file and is killed, the next one finds out what is left. */
import {readdir} from 'node:fs/promises';
import {basename, dirname} from 'node:path';
import {type Report, runWorker, type WorkerOptions, type Wrapper} from './run-worker.ts';

/** What has been seen in some rounds on one file. All lists are empty if all is well. */
export interface Tally {
  kills: number;
  /** The last edit that was acknowledged. */
  acknowledged: number;
  /** Rounds after which acknowledged edits were missing. */
  readonly lost: string[];
  /** Rounds in which the persister reported an error, such as a file that cannot be read. */
  readonly errors: string[];
  /** Rounds after which more than one draft was left behind, or a file was set aside. */
  readonly litter: string[];
}

export class CrashRounds {
  readonly tally: Tally = {kills: 0, acknowledged: 0, lost: [], errors: [], litter: []};
  readonly #path: string;
  readonly #options: WorkerOptions;
  #round = 0;

  constructor(path: string, options: WorkerOptions) {
    this.#path = path;
    this.#options = options;
  }

  /**
   * Runs a worker, checks what it found, and what it left behind.
   * @returns Whether it was killed.
   * @throws Error if it failed: what it found is not what whole edits can have left.
   */
  async run(
    onLine?: (report: Report, kill: () => void) => void,
    wrapper?: Wrapper,
    options: WorkerOptions = {},
  ): Promise<boolean> {
    const {tally} = this;
    const round = `round ${++this.#round}`;
    const before = tally.acknowledged;
    const report = await runWorker(this.#path, {...this.#options, ...options}, onLine, wrapper);
    const {found, acknowledged, errors, exitCode, signal} = report;
    // Further rounds would tell nothing new: the file is damaged, or the package has not been built.
    if (exitCode) throw new Error(`${round}: the worker has failed:\n${errors.join('\n')}`);
    if (found !== undefined && found < before) {
      tally.lost.push(`${round}: has ${found} of ${before} acknowledged edits`);
    }
    tally.acknowledged = Math.max(before, acknowledged);
    tally.errors.push(...errors.map((error) => `${round}: ${error}`));
    const files = await this.leftFiles();
    const drafts = files.filter((name) => name.endsWith('.draft'));
    const setAside = files.filter((name) => name.includes('.unreadable-'));
    if (drafts.length > 1 || setAside.length > 0) {
      tally.litter.push(`${round}: ${[...drafts, ...setAside].join(', ')}`);
    }
    if (signal === 'SIGKILL') tally.kills++;
    return signal === 'SIGKILL';
  }

  /** The last round: a worker that may finish. @returns What is left in the folder beside the file. */
  async finish(): Promise<string[]> {
    await this.run(undefined, undefined, {edits: 1});
    return this.leftFiles();
  }

  /** Names in the folder beside the file's own. */
  async leftFiles(): Promise<string[]> {
    const names = await readdir(dirname(this.#path));
    return names.filter((name) => name !== basename(this.#path));
  }
}

/**
 * Chooses a moment and kills: mostly during the edits, sometimes before anything has been acknowledged.
 * Random on purpose: what counts is that no moment is special.
 */
export const killSomewhen = (): ((report: Report, kill: () => void) => void) => {
  const edits = Math.random() < 0.2 ? 0 : 1 + Math.floor(Math.random() * 60);
  const delayMs = Math.random() * (edits === 0 ? 200 : 5);
  let first: number | undefined;
  let isDue = false;
  return ({found, acknowledged}, kill) => {
    first ??= found;
    const done = acknowledged - (first ?? 0);
    if (isDue || (edits > 0 && done < edits)) return;
    isDue = true;
    setTimeout(kill, delayMs);
  };
};

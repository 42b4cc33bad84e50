import {fork} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const CHILD = fileURLToPath(new URL('child.mjs', import.meta.url));
const DEADLINE_MS = 600_000;

/** Room for the reference's millions of maps; it changes the limit, not when garbage is collected. */
const NODE_OPTIONS = ['--expose-gc', '--max-old-space-size=8192'];

/**
 * Measures a contender once in a fresh process with a fresh folder on the disk.
 * @returns {Promise<Record<string, number>>} The figures by metric id.
 * @throws What the process wrote on its error output, if it ended without figures.
 */
export const runChild = async (caseFile, contender, size) => {
  const folder = mkdtempSync(join(tmpdir(), 'cellar-bench-'));
  try {
    return await new Promise((resolve, reject) => {
      const child = fork(CHILD, [caseFile, contender, `${size}`, folder], {
        execArgv: NODE_OPTIONS,
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        timeout: DEADLINE_MS,
      });
      let errors = '';
      let figures;
      child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
      child.on('message', (message) => (figures = message));
      child.on('error', reject);
      child.on('close', (code, signal) => {
        if (figures !== undefined) resolve(figures);
        else reject(new Error(errors.trim() || `ended with ${signal ?? `code ${code}`}`));
      });
    });
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
};

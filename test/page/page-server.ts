/** Runs the server of `examples/browser` as a program, as `npm start` does. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const program = fileURLToPath(new URL('../../examples/browser/serve.mjs', import.meta.url));

export interface PageServer {
  /** Ends in a slash. */
  readonly url: string;
  /** Interrupts it. @returns Its exit code, once it has ended. */
  stop(): Promise<number | null>;
}

/** Resolves when the server has printed its address. */
export const startPageServer = async (): Promise<PageServer> => {
  const child = spawn(process.execPath, [program, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit') as Promise<[code: number | null]>;
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url === undefined) continue;
    return {
      url,
      stop: async () => {
        child.kill('SIGTERM');
        return (await exit)[0];
      },
    };
  }
  throw new Error(`The server ended: ${String((await exit)[0])}`);
};

/** A page on an origin of its own that runs a script of a test. */
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {build} from 'esbuild';

export interface ServedPage {
  readonly url: string;
  close(): void;
}

const bundle = async (script: string): Promise<string> => {
  const {outputFiles} = await build({
    entryPoints: [script],
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
    target: 'es2022',
  });
  return outputFiles[0]?.text ?? '';
};

/**
 * Serves a page with the script on 127.0.0.1, isolated from other origins.
 * @param path Of a TypeScript file.
 */
export const servePage = async (path: string): Promise<ServedPage> => {
  const script = await bundle(path);
  const html =
    '<!doctype html><meta charset="utf-8"><title>Test</title><script src="/page.js"></script>';
  const server = createServer((request, response) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html');
    response.end(isScript ? script : html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const {port} = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** A fresh Chromium with an empty profile, and pages in it that run a script bundled as apps do it. */
import {createServer} from 'node:http';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {chromium} from 'playwright';
import {findBrowsers} from '../../scripts/browsers.mjs';

const PAGES = new URL('../pages/', import.meta.url);

/** `library/store` is the entry `./store` of whichever library is measured. */
const resolveLibrary = (library) => ({
  name: 'library',
  setup: ({onResolve}) =>
    onResolve({filter: /^library\//}, ({path}) => ({
      path: library.fileOf(path.replace('library', '.')),
    })),
});

const bundle = async (script, library) => {
  const {outputFiles} = await build({
    entryPoints: [fileURLToPath(new URL(script, PAGES))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    globalName: 'steps',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
    plugins: [resolveLibrary(library)],
  });
  return outputFiles[0].text;
};

/** Isolated pages have a clock of 5 µs; others one of 100 µs. */
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

const serve = async (code, answer) => {
  const files = {
    '/': ['text/html', '<!doctype html><title>Bench</title><script src="/steps.js"></script>'],
    '/steps.js': ['text/javascript', code],
    '/favicon.ico': ['image/x-icon', ''],
  };
  const server = createServer((request, response) => {
    const file = files[request.url];
    if (!file) return answer(request, response);
    response.writeHead(200, {'Content-Type': `${file[0]}; charset=utf-8`, ...ISOLATED});
    response.end(file[1]);
  });
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
};

const openPage = async (context, address) => {
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error));
  await page.goto(address);
  const devTools = await context.newCDPSession(page);
  // The time of the thread, which other processes do not stretch.
  await devTools.send('Performance.enable', {timeDomain: 'threadTicks'});
  return {
    /** Calls what the page's script exports under that name; arguments and result are JSON. */
    step: async (name, ...args) => {
      const result = await page.evaluate(
        ([name, args]) => globalThis.steps[name](...args),
        [name, args],
      );
      if (errors.length > 0) throw errors[0];
      return result;
    },
    /** CPU time of the page's main thread so far, in ms. */
    taskTime: async () => {
      const {metrics} = await devTools.send('Performance.getMetrics');
      return metrics.find(({name}) => name === 'TaskDuration').value * 1000;
    },
    collectGarbage: () => devTools.send('HeapProfiler.collectGarbage'),
    close: () => page.close(),
  };
};

const notFound = (_request, response) => response.writeHead(404).end();

/**
 * @param {object} task
 * @param {string} task.script A file of bench/pages. What it exports are the steps that can be run.
 * @param task.library Whose entries are imported as `library/…`, if any.
 * @param {string} task.folder Where the profile is put.
 * @param task.answer Answers requests that are not for the page itself.
 * @param work Gets a function that opens a page with the script, which shares storage with all others.
 */
export const runInBrowser = async ({script, library, folder, answer = notFound}, work) => {
  const options = findBrowsers().chromium;
  if (options === undefined) throw new Error('There is no Chromium (see scripts/browsers.mjs)');
  const server = await serve(await bundle(script, library), answer);
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), options);
  try {
    const {port} = server.address();
    return await work(() => openPage(context, `http://127.0.0.1:${port}/`));
  } finally {
    await context.close();
    server.close();
    server.closeAllConnections();
  }
};

/**
 * How long browsers take to write local storage to disk: what a page has set is there for other tabs, and after the
 * end of its process, but the whole browser may end before it is on disk, and take it along.
 *
 * Pages set a key, each on an origin of its own, some time before the browser is killed with all its processes; one
 * more sets it again and again. Then the browser is started again, and asked what is there.
 *
 * Usage: node bench/local-storage-delay.mjs [--rounds 5] [--browser chromium|firefox]
 */
import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {parseArgs} from 'node:util';
import {chromium, firefox} from 'playwright';
import {findBrowsers} from '../scripts/browsers.mjs';

const {values} = parseArgs({
  options: {rounds: {type: 'string', default: '5'}, browser: {type: 'string'}},
});
const rounds = Number(values.rounds);

/** So many milliseconds before the browser is killed. */
const DELAYS_MS = [0, 100, 500, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000];
/** How often the page sets it that sets it again and again. */
const INTERVAL_MS = 50;
/** For how long it has done so by then. */
const LONGEST_MS = 15_000;

const types = {chromium, firefox};
const names = values.browser ? [values.browser] : Object.keys(types);

/** A page without anything. @returns Its address, on an origin of its own, and what stops the server. */
const serve = async () => {
  const server = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Page</title>');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${String(server.address().port)}/`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

/** @returns What starts the browser where it keeps what it stores, and what kills it with all its processes. */
const createBrowser = (name, folder) => {
  const options = findBrowsers()[name];
  const [profile, pidPath, executablePath] = ['profile', 'pid', 'browser.sh'].map((file) =>
    join(folder, file),
  );
  writeFileSync(
    executablePath,
    `#!/bin/sh\necho $$ > '${pidPath}'\nexec '${options.executablePath}' "$@"\n`,
  );
  chmodSync(executablePath, 0o755);
  return {
    start: () => types[name].launchPersistentContext(profile, {...options, executablePath}),
    kill: async (context) => {
      const closed = context.waitForEvent('close');
      process.kill(-Number(readFileSync(pidPath, 'utf8')), 'SIGKILL');
      await closed;
    },
  };
};

const openPage = async (context, url) => {
  const page = await context.newPage();
  await page.goto(url);
  return page;
};

/** @returns Whether each delay was long enough, and by how many milliseconds the page that goes on was thrown back. */
const runRound = async (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'cellar-delay-'));
  const servers = await Promise.all([...DELAYS_MS, 'again and again'].map(serve));
  const browser = createBrowser(name, folder);
  try {
    const before = await browser.start();
    const pages = [];
    for (const {url} of servers) pages.push(await openPage(before, url));
    const busy = pages.pop();
    await busy.evaluate((interval) => {
      setInterval(() => localStorage.setItem('at', String(Date.now())), interval);
    }, INTERVAL_MS);
    const killAt = Date.now() + LONGEST_MS;
    for (const [index, page] of [...pages.entries()].reverse()) {
      await delay(Math.max(0, killAt - DELAYS_MS[index] - Date.now()));
      await page.evaluate(() => localStorage.setItem('at', String(Date.now())));
    }
    const killedAt = Date.now();
    await browser.kill(before);

    const after = await browser.start();
    const found = [];
    for (const {url} of servers) {
      const page = await openPage(after, url);
      found.push(await page.evaluate(() => localStorage.getItem('at')));
    }
    await after.close();
    const latest = found.pop();
    return {
      isKept: found.map((at) => at !== null),
      lostMs: latest === null ? Infinity : killedAt - Number(latest),
    };
  } finally {
    for (const {stop} of servers) stop();
    rmSync(folder, {recursive: true, force: true, maxRetries: 5});
  }
};

for (const name of names) {
  if (!findBrowsers()[name]) {
    console.log(`There is no ${name}`);
    continue;
  }
  const results = [];
  for (let round = 0; round < rounds; round++) results.push(await runRound(name));
  console.log(`\n${name}: set n ms before the browser was killed, kept`);
  for (const [index, milliseconds] of DELAYS_MS.entries()) {
    const kept = results.filter(({isKept}) => isKept[index]).length;
    console.log(`${String(milliseconds).padStart(7)} ms  ${kept} of ${rounds}`);
  }
  const lost = results.map(({lostMs}) => `${(lostMs / 1000).toFixed(1)} s`).join(', ');
  console.log(`set every ${INTERVAL_MS} ms: the last ${lost} were lost`);
}

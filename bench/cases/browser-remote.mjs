import {runInBrowser} from '../harness/browser.mjs';
import {serveContent} from '../harness/content-server.mjs';
import {median} from '../harness/measure.mjs';

const EDITS = 5;
/** By the second one after an edit, a persister that takes its own write for another's has read it. */
const HEADS_AFTER_EDIT = 2;

const measureLibrary = ({library, size, folder}) => {
  const server = serveContent();
  const {counts} = server;
  const task = {script: 'remote.mjs', library, folder, answer: server.answer};
  return runInBrowser(task, async (openPage) => {
    const editor = await openPage();
    await editor.step('open', library.traits);
    await editor.step('startEditing', size);
    await server.untilHeads(HEADS_AFTER_EDIT);
    const before = {...counts};
    const startedAt = await editor.taskTime();
    const walls = [];
    for (let index = 0; index < EDITS; index++) {
      const {wall} = await editor.step('edit', index);
      walls.push(wall);
      await server.untilHeads(HEADS_AFTER_EDIT);
    }
    const mainThread = (await editor.taskTime()) - startedAt;
    const each = (name) => (counts[name] - before[name]) / EDITS;
    const figures = {
      wall: median(walls),
      gets: each('GET'),
      posts: each('POST'),
      received: each('received') / 1e6,
      sent: each('sent') / 1e6,
      mainThread: mainThread / EDITS,
    };
    await editor.step('leave');
    await editor.close();

    const reader = await openPage();
    await reader.step('open', library.traits);
    await reader.step('load');
    await reader.step('check', size, EDITS);
    return figures;
  });
};

const measureFetch = ({size, folder}) => {
  const {answer, counts} = serveContent();
  return runInBrowser({script: 'fetch.mjs', folder, answer}, async (openPage) => {
    const page = await openPage();
    await page.step('makeText', size);
    await page.step('send');
    const startedAt = await page.taskTime();
    const walls = [];
    for (let index = 0; index < EDITS; index++) walls.push((await page.step('send')).wall);
    const mainThread = (await page.taskTime()) - startedAt;
    return {
      wall: median(walls),
      gets: 0,
      posts: 1,
      received: counts.received / counts.POST / 1e6,
      sent: 0,
      mainThread: mainThread / EDITS,
    };
  });
};

export const bench = {
  id: 'browser-remote',
  suite: 'browser',
  size: 100_000,
  metrics: [
    {id: 'gets', title: 'remote: one-cell edit: GETs of one’s own write ⁵', unit: '', atMost: 0},
    {id: 'posts', title: 'the same: POSTs', unit: '', atMost: 1},
    {id: 'received', title: 'the same: bytes up', unit: 'MB'},
    {id: 'sent', title: 'the same: bytes down', unit: 'MB', atMost: 0},
    {id: 'mainThread', title: 'the same: main thread', unit: 'ms', clock: 'CPU'},
    {id: 'wall', title: 'the same: until the server has it', unit: 'ms', clock: 'wall'},
  ],
  notes: [
    '⁵ Auto-load asks every second; after each of 5 edits, two HEADs are waited for. The limit sends a ready text.',
  ],
  measureLibrary,
  measureLimit: measureFetch,
};

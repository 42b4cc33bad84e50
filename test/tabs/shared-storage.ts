/** What every storage promises to tabs that share it, be they killed, frozen or closed. */
import {expect} from 'vitest';
import type {Tab} from '../support/tabs.ts';
import {type BrowserTests, describeInEachBrowser, type Tabs} from './in-each-browser.ts';

/** A limit is here to end what hangs. */
export const PATIENTLY = {timeout: 120_000, interval: 20};

/** Storages keep little in another way than much. */
export interface Kind {
  readonly kind: string;
  /** How many rows there are, beside those of the test. */
  readonly rows: number;
  /** Whether it is left out where a hundred tabs would have to load them. */
  readonly isSlow?: true;
}

export const startTabs = (tabs: Tabs, count: number): Promise<Tab[]> =>
  Promise.all(Array.from({length: count}, () => tabs.start()));

/** Has tabs write rows in the same instant, and waits until they are safe. */
export const writeRows = async (tabs: Record<string, Tab>, count: number): Promise<void> => {
  const at = Date.now() + 300;
  const writes = Object.entries(tabs).map(([name, tab]) =>
    tab.call('writeRowsAt', name, count, at),
  );
  await Promise.all(writes);
};

/** Waits until all tabs have so many rows of each. */
export const expectRows = async (
  tabs: readonly Tab[],
  expected: Record<string, number>,
): Promise<void> => {
  for (const tab of tabs) {
    await expect.poll(() => tab.call('rowCounts'), PATIENTLY).toEqual(expected);
    expect(await tab.call('errors')).toStrictEqual([]);
  }
};

/** Has a new tab set one cell after the other, and kills it. @returns How many had been acknowledged. */
const writeUntilKilled = async (tabs: Tabs, rowId: string): Promise<number> => {
  const tab = await tabs.start();
  let count = 0;
  tab.page.on('console', () => count++);
  // Never ends but by the end of the tab.
  tab.call('writeForEver', rowId).catch(() => undefined);
  await expect.poll(() => count, PATIENTLY).toBeGreaterThan(20);
  await tab.kill();
  return count;
};

/** The tab has all cells of a row; if it does not, the failure tells whether they come later, and what there is. */
const expectCells = async (tab: Tab, rowId: string, count: number): Promise<void> => {
  const missing = async (): Promise<string[]> => {
    const row = (await tab.call('getRow', rowId)) as object;
    return Object.keys(cellsOf(count)).filter((cellId) => !Object.hasOwn(row, cellId));
  };
  const atOnce = await missing();
  if (atOnce.length === 0) return;
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  const later = await missing();
  const keys = await tab.page.evaluate(() => Object.keys(localStorage));
  const errors = await tab.call('errors');
  expect({atOnce, later, keys, errors}).toStrictEqual({atOnce: []});
};

/** The cells that a row has to have after so many edits, which count from `first` on. */
const cellsOf = (count: number, first = 0): Record<string, number> =>
  Object.fromEntries(
    Array.from({length: count}, (_, index) => [`c${first + index}`, first + index]),
  );

/** How often tabs are closed, or killed. Firefox takes several times as long to open one. */
const ROUNDS = {chromium: 100, firefox: 20};
/** So many tabs are open at the same time. */
const AT_ONCE = 20;

/** Opens tabs, has each make so many edits, and ends them; then all of that must be there. */
const expectEditsOf = async (
  tabs: Tabs,
  rounds: number,
  rows: number,
  edits: number,
  work: (opened: readonly Tab[], opener: Tab, first: number) => Promise<void>,
): Promise<void> => {
  let opener = await tabs.start();
  await opener.call('fill', rows);
  await opener.reload(); // nothing is kept by it any more
  for (let first = 0; first < rounds; first += AT_ONCE) {
    if (opener.page.isClosed()) opener = await tabs.open();
    await work(await tabs.startSeveral(opener, AT_ONCE), opener, first);
  }
  const tab = await tabs.start();
  // Browsers do not wait for pages that take long to leave: a tab may be closed before its page has done its last.
  await expect
    .poll(() => tab.call('getRow', 'edits'), PATIENTLY)
    .toStrictEqual(cellsOf(rounds * edits));
  expect(await tab.call('errors')).toStrictEqual([]);
};

/**
 * Defines the tests.
 * @param script The path of what runs in the tabs.
 * @param more Defines others, for this storage only.
 */
export const describeSharedStorage = (
  title: string,
  script: string,
  kinds: readonly Kind[],
  more: (tests: BrowserTests) => void = () => undefined,
): void => {
  describeInEachBrowser(title, script, (tests) => {
    const {name, test, testInChromium, withTabs} = tests;
    const rounds = ROUNDS[name];
    const quickKinds = kinds.filter(({isSlow}) => !isSlow);

    test.for(kinds)('keeps what four tabs write at the same time to $kind', ({rows}) =>
      withTabs(async (tabs) => {
        const first = await tabs.start();
        await first.call('fill', rows);
        const [second, third, fourth] = (await startTabs(tabs, 3)) as [Tab, Tab, Tab];
        await writeRows({first, second, third, fourth}, 500);
        const all = [first, second, third, fourth];
        const written = {first: 500, second: 500, third: 500, fourth: 500};
        const expected = rows > 0 ? {...written, ballast: rows} : written;
        await expectRows(all, expected);
        for (const tab of all) await tab.reload();
        for (const tab of all) await tab.call('start');
        await expectRows(all, expected);
      }),
    );

    testInChromium.for(kinds)(
      'keeps what tabs have saved to $kind before they are killed, while others write',
      ({rows}) =>
        withTabs(async (tabs) => {
          const reader = await tabs.start();
          await reader.call('fill', rows);
          for (let round = 0; round < 3; round++) {
            const rowIds = [`${round}-one`, `${round}-other`];
            const counts = await Promise.all(rowIds.map((rowId) => writeUntilKilled(tabs, rowId)));
            const survivor = await tabs.start();
            for (const [index, rowId] of rowIds.entries()) {
              await expectCells(survivor, rowId, counts[index] ?? 0);
            }
            await survivor.page.close();
          }
          expect(await reader.call('errors')).toStrictEqual([]);
        }),
    );

    testInChromium('waits for no tab that is frozen, nor loses what it wrote', () =>
      withTabs(async (tabs) => {
        const [frozen, awake] = (await startTabs(tabs, 2)) as [Tab, Tab];
        const written = frozen.call('writeRowsAt', 'frozen', 100, Date.now() + 300);
        await frozen.setFrozen(true);
        const names = ['a', 'b', 'c', 'd', 'e'];
        for (const one of names) await writeRows({[one]: awake}, 100);
        await frozen.setFrozen(false);
        await written;
        const expected = Object.fromEntries(['frozen', ...names].map((one) => [one, 100]));
        await expectRows([frozen, awake, await tabs.start()], expected);
      }),
    );

    test.for(quickKinds)(
      `keeps, ${rounds} times of ${rounds}, what is changed in $kind as a tab is closed`,
      ({rows}) =>
        withTabs((tabs) =>
          expectEditsOf(tabs, rounds, rows, 2, async (opened, _, first) => {
            const plans = opened.map((tab, index) =>
              tab.call('editOnLeaving', cellsOf(2, 2 * (first + index))),
            );
            await Promise.all(plans);
            await Promise.all(opened.map((tab) => tab.close()));
          }),
        ),
    );

    testInChromium.for(quickKinds)(
      `keeps, ${rounds} times of ${rounds}, what is changed in $kind before a tab is killed`,
      ({rows}) =>
        withTabs((tabs) =>
          expectEditsOf(tabs, rounds, rows, 1, async (opened, opener, first) => {
            const edits = opened.map((tab, index) =>
              tab.call('editAndHide', `c${first + index}`, first + index),
            );
            await Promise.all(edits);
            await opener.kill();
          }),
        ),
    );

    more(tests);
  });
};

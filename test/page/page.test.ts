/** The page of `examples/browser`, as its visitors use it, in real browsers. */
import {mkdirSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type Browser, type BrowserContext, chromium, firefox} from 'playwright';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {findBrowsers} from '../../scripts/browsers.mjs';
import {CityPage} from './city-page.ts';
import {type PageServer, startPageServer} from './page-server.ts';

let server: PageServer;
beforeAll(async () => {
  server = await startPageServer();
});
afterAll(() => server.stop());

/** The storages of the page, and how it calls them. */
const storages = [
  ['session', 'Session storage'],
  ['local', 'Local storage'],
] as const;
const shared = storages.filter(([id]) => id !== 'session');

const types = {chromium, firefox};
const found = findBrowsers();
const browsers = (['chromium', 'firefox'] as const).flatMap((name) =>
  found[name] ? [[name, found[name]] as const] : [],
);
it.skipIf(browsers.length > 0)('needs Chromium or Firefox', () => undefined);

describe.each(browsers)('The page in %s', (name, options) => {
  let browser: Browser;
  let context: BrowserContext;
  let tabs: CityPage[] = [];

  beforeAll(async () => {
    browser = await types[name].launch(options);
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    context = await browser.newContext({viewport: {width: 1280, height: 900}});
  });
  afterEach(async () => {
    await context.close();
    expect(tabs.splice(0).flatMap(({complaints}) => complaints)).toStrictEqual([]);
  });

  const open = async (storage: string): Promise<CityPage> => {
    const tab = await CityPage.open(context, server.url, storage);
    tabs.push(tab);
    return tab;
  };

  describe.each(storages)('kept in %s', (storage, label) => {
    it('shows edits again after a reload', async () => {
      const tab = await open(storage);
      await tab.edit('Abidjan', 'note', 'By the lagoon');
      await tab.cell('Abuja', 'visited').locator('input').check();
      await tab.edit('Accra', 'latitude', '5.5');
      await tab.isIn('good');
      await tab.reload();
      await tab.shows('Abidjan', 'note', 'By the lagoon');
      await tab.shows('Accra', 'latitude', '5.50');
      expect(await tab.cell('Abuja', 'visited').locator('input').isChecked()).toBe(true);
      expect(await tab.fact('load')).toBe('loaded');
      expect(await tab.fact('pending')).toBe('0');
    });

    it('says that it is full, keeps the edit, and saves it when there is room', async () => {
      const tab = await open(storage);
      await tab.press('Fill the storage');
      await tab.edit('Abidjan', 'note', 'Does not fit');
      expect(await tab.isIn('waiting')).toContain(`${label} is full. 1 change kept in memory.`);
      expect(await tab.fact('lastError')).toContain('QUOTA');
      expect(await tab.fact('nextRetryAt')).toMatch(/^in \d+ s$/);
      await tab.press('Make room');
      await tab.press('Try again now');
      expect(await tab.isIn('good')).toContain('Everything is saved.');
      await tab.reload();
      await tab.shows('Abidjan', 'note', 'Does not fit');
    });

    it('writes nothing over what it cannot read, and goes on when that is mended', async () => {
      const tab = await open(storage);
      await tab.edit('Abidjan', 'note', 'Before');
      await tab.isIn('good');
      await tab.press('Damage what is stored');
      expect(await tab.isIn('bad')).toContain(`${label} holds something that cannot be read.`);
      expect(await tab.fact('blocked')).toBe('yes');
      await tab.edit('Abuja', 'note', 'Meanwhile');
      await tab.shows('Abuja', 'note', 'Meanwhile');
      expect(await tab.fact('pending')).toBe('1');
      await tab.press('Mend it');
      await tab.isIn('good');
      await tab.reload();
      await tab.shows('Abidjan', 'note', 'Before');
      await tab.shows('Abuja', 'note', 'Meanwhile');
    });

    it('sets what it cannot read aside when it is told to, and saves the table', async () => {
      const tab = await open(storage);
      await tab.edit('Abidjan', 'note', 'In memory');
      await tab.isIn('good');
      await tab.press('Damage what is stored');
      await tab.isIn('bad');
      await tab.press('Set it aside and save this table');
      await tab.isIn('good');
      expect(await tab.notice('byte for byte')).toMatch(/unreadable-\d{4}-\d\d-\d\dT/);
      await tab.page.getByText('Look at it').click();
      expect(await tab.page.locator('.notice pre').innerText()).toContain('Andorra la Vella');
      await tab.reload();
      await tab.shows('Abidjan', 'note', 'In memory');
    });

    it('has every acknowledged edit when the tab is killed', async () => {
      const tab = await open(storage);
      await tab.press('Kill this tab');
      const notice = await tab.notice('This tab was killed');
      expect(notice).toMatch(/[1-9]\d* edits? had been acknowledged; 0 lost/);
    });

    it('begins with the cities again when it is told to', async () => {
      const tab = await open(storage);
      await tab.edit('Abidjan', 'note', 'Gone soon');
      await tab.press('Start afresh');
      await tab.page.getByText('Started afresh.').waitFor();
      await tab.isIn('good');
      expect(await tab.cell('Abidjan', 'note').innerText()).toBe('');
      await tab.reload();
      expect(await tab.cell('Abidjan', 'note').innerText()).toBe('');
    });
  });

  describe.each(shared)('with two tabs, kept in %s', (storage) => {
    it('shows in each what is edited in the other', async () => {
      const [one, other] = [await open(storage), await open(storage)];
      await one.edit('Abidjan', 'note', 'From the first');
      await other.shows('Abidjan', 'note', 'From the first');
      await other.edit('Abuja', 'note', 'From the second');
      await one.shows('Abuja', 'note', 'From the second');
      await one.page.getByText('Another tab changed Abuja: note.').waitFor();
      await other.isIn('good');
      await one.reload();
      await one.shows('Abidjan', 'note', 'From the first');
      await one.shows('Abuja', 'note', 'From the second');
    });
  });

  it('writes less than everything when a table is large', async () => {
    const tab = await open('local');
    await tab.press('Add 10,000 more places');
    await tab.page.getByText('of 10,333').waitFor();
    await tab.isIn('good');
    expect(await tab.page.locator('#rewritten').innerText()).toMatch(/ MB$|[1-9]\d\d kB$/);
  });

  it('moves the table to another storage, and back, and asks before it leaves edits behind', async () => {
    const tab = await open('local');
    await tab.edit('Abidjan', 'note', 'Local only');
    await tab.isIn('good');
    await tab.page.getByLabel('Session storage').check();
    await tab.page.waitForURL(/storage=session/);
    await tab.shows('Abidjan', 'note', '');
    await tab.press('Fill the storage');
    await tab.edit('Abidjan', 'note', 'Does not fit');
    await tab.isIn('waiting');

    const answers = [false, true];
    const questions: string[] = [];
    tab.page.on('dialog', (dialog) => {
      questions.push(dialog.message());
      void (answers.shift() ? dialog.accept() : dialog.dismiss());
    });
    await tab.page.getByLabel('Local storage').click();
    await tab.page.getByLabel('Session storage').and(tab.page.locator(':checked')).waitFor();
    expect(questions).toStrictEqual(['1 change not saved yet. Leave them behind?']);
    await tab.page.getByLabel('Local storage').click();
    await tab.shows('Abidjan', 'note', 'Local only');
    expect(questions).toHaveLength(2);
  });

  it('refuses what is no number, and says why', async () => {
    const tab = await open('session');
    await tab.edit('Abidjan', 'latitude', '91');
    const field = tab.page.getByRole('textbox', {name: 'Latitude, Abidjan'});
    expect(await field.evaluate((input: HTMLInputElement) => input.validationMessage)).toBe(
      'A number from −90 to 90, please',
    );
    await tab.page.keyboard.press('Escape');
    await tab.shows('Abidjan', 'latitude', '5.35');
  });

  it('finds places, sorts them, and turns pages', async () => {
    const tab = await open('session');
    const first = (): Promise<string> =>
      tab.page.locator('tbody tr:first-child [data-column=name]').innerText();
    const position = (): Promise<string> => tab.page.locator('#page-position').innerText();
    await tab.press('Next rows');
    expect(await position()).toBe('17–32 of 333');
    await tab.page.getByRole('button', {name: 'Latitude'}).click();
    expect(await first()).toBe('Ushuaia');
    await tab.page.getByRole('button', {name: 'Latitude'}).click();
    expect(await first()).toBe('Tromsø');
    await tab.page.getByLabel('Find a place').fill('sao');
    expect(await position()).toBe('1–2 of 2');
    await tab.page.getByLabel('Find a place').fill('nowhere at all');
    expect(await position()).toBe('Nothing found');
  });
});

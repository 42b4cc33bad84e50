/** The page of `examples/browser`, as its visitors use it, in real browsers. */
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
  ['indexed-db', 'IndexedDB'],
  ['opfs', 'OPFS'],
  ['server', 'The server'],
] as const;

/** Those that browsers implement in ways of their own. */
const someStorages = storages.filter(([id]) => id !== 'session' && id !== 'server');

const types = {chromium, firefox};
const browsers = (['chromium', 'firefox'] as const).flatMap((name) => {
  const options = findBrowsers()[name];
  return options ? [[name, options] as const] : [];
});

describe.for(browsers)('The page in %s', ([name, options]) => {
  let browser: Browser;
  let context: BrowserContext;
  const tabs: CityPage[] = [];

  beforeAll(async () => {
    browser = await types[name].launch(options);
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    context = await browser.newContext({
      viewport: {width: 1280, height: 900},
      reducedMotion: 'reduce',
    });
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

  describe.for(name === 'chromium' ? storages : someStorages)('kept in %s', ([storage, label]) => {
    it('shows edits in other tabs and after a reload, until it is to start afresh', async () => {
      const tab = await open(storage);
      await tab.edit('Abidjan', 'note', 'By the lagoon');
      await tab.cell('Abuja', 'visited').locator('input').check();
      await tab.isIn('good');
      if (storage !== 'session') {
        const other = await open(storage);
        await other.shows('Abidjan', 'note', 'By the lagoon');
        await other.edit('Accra', 'latitude', '5.5');
        await tab.shows('Accra', 'latitude', '5.50');
        await tab.page.getByText('Another tab changed Accra: latitude').waitFor();
        await tab.edit('Accra', 'note', 'From the first');
        await other.shows('Accra', 'note', 'From the first');
        await other.page.close();
      }
      await tab.isIn('good');
      await tab.reload();
      await tab.shows('Abidjan', 'note', 'By the lagoon');
      expect(await tab.cell('Abuja', 'visited').locator('input').isChecked()).toBe(true);
      expect(await tab.fact('load')).toBe('loaded');
      expect(await tab.fact('pending')).toBe('0');

      await tab.press('Start afresh');
      await tab.page.getByText('Started afresh').waitFor();
      await tab.isIn('good');
      await tab.reload();
      await tab.shows('Accra', 'latitude', '5.56');
      expect(await tab.cell('Abidjan', 'note').innerText()).toBe('');
    });

    it.skipIf(name === 'firefox')(
      'says that it is full, keeps the edit, and saves it when there is room',
      async () => {
        const tab = await open(storage);
        await tab.press('Fill the storage');
        await tab.edit('Abidjan', 'note', 'Does not fit');
        expect(await tab.isIn('waiting')).toContain(`${label} is full. 1 change kept in memory.`);
        expect(await tab.fact('lastError')).toContain('QUOTA');
        expect(await tab.fact('nextRetryAt')).toMatch(/^in \d+ s$/);
        await tab.press('Try again now');
        await tab.isIn('waiting');
        await tab.press('Make room');
        expect(await tab.isIn('good')).toContain('Everything is saved.');
        await tab.reload();
        await tab.shows('Abidjan', 'note', 'Does not fit');
      },
    );

    it('writes nothing over what it cannot read, until that is mended or set aside', async () => {
      const tab = await open(storage);
      await tab.edit('Abidjan', 'note', 'Before');
      await tab.isIn('good');
      await tab.press('Damage what is stored');
      expect(await tab.isIn('bad')).toContain(`${label} holds something that cannot be read.`);
      expect(await tab.fact('blocked')).toBe('yes');
      await tab.edit('Abuja', 'note', 'Meanwhile');
      expect(await tab.fact('pending')).toBe('1');
      await tab.press('Mend it');
      await tab.isIn('good');

      await tab.press('Damage what is stored');
      await tab.isIn('bad');
      if (storage === 'server') await tab.press('Write this table over it');
      else {
        await tab.press('Set it aside and save this table');
        expect(await tab.notice('kept as it was')).toMatch(/unreadable-\d{4}-\d\d-\d\dT/);
        await tab.page.getByText('Look at it').click();
        expect((await tab.page.locator('.notice pre').innerText()).length).toBeGreaterThan(100);
      }
      await tab.isIn('good');
      await tab.reload();
      await tab.shows('Abidjan', 'note', 'Before');
      await tab.shows('Abuja', 'note', 'Meanwhile');
    });

    it('has every acknowledged edit when the tab is killed', async () => {
      const tab = await open(storage);
      await tab.press('Kill this tab');
      const notice = await tab.notice('This tab was killed');
      expect(notice).toMatch(/[1-9]\d* edits? had been acknowledged; 0 lost/);
    });

    it.skipIf(name === 'firefox')(
      'counts what it writes, against what rewriting everything would have cost',
      async () => {
        const tab = await open(storage);
        await tab.press('Add 10,000 more places');
        await tab.page.getByText('of 10,333').waitFor();
        await tab.isIn('good');
        await tab.page.reload();
        await tab.isReady();
        await tab.page.getByLabel('Find a place').fill('Abidjan');
        await tab.edit('Abidjan', 'note', 'One small edit');
        await tab.page.getByText('1 save since this tab opened.').waitFor();
        expect(await tab.page.locator('#rewritten').innerText()).toMatch(/^9\d\d kB$/);
        const written = await tab.page.locator('#written').innerText();
        if (storage === 'server') expect(written).toMatch(/^9\d\d kB$/);
        else expect(written).toMatch(/^\d+ B$/);
      },
    );
  });

  it('keeps what is edited while a tab is offline, and merges it with what others have edited', async () => {
    const [one, other] = [await open('server'), await open('server')];
    await one.press('Start afresh');
    await one.page.getByText('Started afresh').waitFor();
    await one.press('Go offline');
    await one.edit('Abidjan', 'note', 'On a plane');
    expect(await one.isIn('waiting')).toContain('The server cannot be reached. 1 change kept');
    await other.edit('Abuja', 'note', 'On the ground');
    await other.isIn('good');
    await one.press('Go online');
    await one.isIn('good');
    await one.shows('Abuja', 'note', 'On the ground');
    await other.shows('Abidjan', 'note', 'On a plane');
  });

  it('starts afresh, though another tab puts back what is removed', async () => {
    const [one, other] = [await open('server'), await open('server')];
    await other.edit('Abidjan', 'note', 'Put back');
    await one.shows('Abidjan', 'note', 'Put back');
    const stored = `${server.url}stores/cities`;
    await one.page.route(stored, async (route) => {
      // The other tab looks each second.
      if (route.request().method() === 'GET') {
        await expect.poll(async () => (await fetch(stored)).ok, {timeout: 60_000}).toBe(true);
      }
      await route.continue();
    });
    await one.press('Start afresh');
    await one.page.getByText('Started afresh').waitFor();
    await other.cell('Abidjan', 'note').filter({hasText: /^$/}).waitFor();
    expect(await one.cell('Abidjan', 'note').innerText()).toBe('');
  });

  it('moves to another storage and back, and asks before it leaves edits behind', async () => {
    const tab = await open('local');
    await tab.edit('Abidjan', 'note', 'Local only');
    await tab.isIn('good');
    await tab.page.getByLabel('Session storage').click();
    await tab.page.waitForURL(/storage=session/);
    await tab.isIn('good');
    expect(await tab.cell('Abidjan', 'note').innerText()).toBe('');
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
    expect(await tab.page.getByLabel('Session storage').isChecked()).toBe(true);
    await tab.shows('Abidjan', 'note', 'Does not fit');
    await tab.page.getByLabel('Local storage').click();
    await tab.shows('Abidjan', 'note', 'Local only');
    const question = '1 change not saved yet. Leave them behind?';
    expect(questions).toStrictEqual([question, question]);
  });

  it('finds places, sorts them, turns pages, and refuses what is no number', async () => {
    const tab = await open('session');
    const first = tab.page.locator('tbody tr:first-child [data-column=name]');
    const position = tab.page.locator('#page-position');
    await tab.press('Next rows');
    expect(await position.innerText()).toBe('17–32 of 333');
    await tab.page.getByRole('button', {name: 'Latitude'}).click();
    expect(await first.innerText()).toBe('Ushuaia');
    await tab.page.getByRole('button', {name: 'Latitude'}).click();
    expect(await first.innerText()).toBe('Tromsø');
    await tab.page.getByLabel('Find a place').fill('sao');
    expect(await position.innerText()).toBe('1–2 of 2');

    await tab.edit('São Paulo', 'latitude', '-91');
    const field = tab.page.getByRole('textbox', {name: 'Latitude, São Paulo'});
    expect(await field.evaluate((input: HTMLInputElement) => input.validationMessage)).toBe(
      'A number from −90 to 90, please',
    );
    await tab.page.keyboard.press('Escape');
    await tab.shows('São Paulo', 'latitude', '−23.55');
    await tab.page.getByLabel('Find a place').fill('nowhere at all');
    expect(await position.innerText()).toBe('Nothing found');
  });
});

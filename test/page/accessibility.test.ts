/** The page of `examples/browser` for those who use no mouse, no eyes, a phone, or the dark. */
import {mkdirSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import type Axe from 'axe-core';
import {type Browser, chromium} from 'playwright';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {findBrowsers} from '../../scripts/browsers.mjs';
import {CityPage} from './city-page.ts';
import {type PageServer, startPageServer} from './page-server.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where somebody can look at what the page looked like in the latest run. */
const screenshots = fileURLToPath(new URL('../../reports/screenshots/', import.meta.url));

const options = findBrowsers().chromium;
const DESKTOP = {width: 1280, height: 900};
const PHONE = {width: 360, height: 740};

interface Look {
  readonly viewport?: typeof DESKTOP;
  readonly colorScheme?: 'light' | 'dark';
}

describe.skipIf(!options)('The page', () => {
  let server: PageServer;
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(screenshots, {recursive: true});
    server = await startPageServer();
    browser = await chromium.launch(options);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });

  const open = async ({viewport = DESKTOP, colorScheme = 'light'}: Look = {}): Promise<CityPage> =>
    CityPage.open(
      // Without the fades, which axe would see the middle of.
      await browser.newContext({viewport, colorScheme, reducedMotion: 'reduce'}),
      server.url,
      'local',
    );

  /** What axe objects to: rules, and the elements that break them. */
  const violations = async ({page}: CityPage): Promise<string[]> => {
    await page.evaluate(axe);
    return page.evaluate(async () => {
      const {axe: checker} = window as unknown as {axe: typeof Axe};
      const {violations: found} = await checker.run();
      return found.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`));
    });
  };

  const isTooWide = ({page}: CityPage): Promise<boolean> =>
    page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

  const saveScreenshot = async ({page}: CityPage, name: string): Promise<void> => {
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({path: `${screenshots}${name}.png`, fullPage: true});
  };

  const fillIn = async (tab: CityPage): Promise<void> => {
    await tab.edit('Abidjan', 'note', 'Attiéké at the lagoon');
    await tab.cell('Accra', 'visited').locator('input').check();
    await tab.isIn('good');
  };

  const breakIt = async (tab: CityPage): Promise<void> => {
    await tab.press('Damage what is stored');
    await tab.isIn('bad');
    await tab.edit('Abuja', 'note', 'Not saved yet');
  };

  it.for(['light', 'dark'] as const)('has nothing that axe objects to, %s', async (colorScheme) => {
    const tab = await open({colorScheme});
    await fillIn(tab);
    expect(await violations(tab)).toStrictEqual([]);
    await saveScreenshot(tab, colorScheme);

    await breakIt(tab);
    await tab.cell('Accra', 'note').click();
    expect(await violations(tab)).toStrictEqual([]);
    await tab.page.keyboard.press('Escape');
    await saveScreenshot(tab, `${colorScheme}-after-a-fault`);

    await tab.press('Set it aside and save this table');
    await tab.notice('kept as it was');
    await tab.page.getByText('Look at it').click();
    await tab.press('Fill the storage');
    await tab.edit('Accra', 'note', 'No room for this');
    await tab.isIn('waiting');
    expect(await violations(tab)).toStrictEqual([]);
    await saveScreenshot(tab, `${colorScheme}-full`);
  });

  it('fits a phone', async () => {
    const tab = await open({viewport: PHONE});
    await fillIn(tab);
    expect(await isTooWide(tab)).toBe(false);
    expect(await violations(tab)).toStrictEqual([]);
    await saveScreenshot(tab, 'phone');
    await breakIt(tab);
    expect(await isTooWide(tab)).toBe(false);
    await saveScreenshot(tab, 'phone-after-a-fault');
  });

  it('can be read at 320 pixels, with nothing cut off', async () => {
    const tab = await open({viewport: {width: 320, height: 640}});
    await breakIt(tab);
    expect(await isTooWide(tab)).toBe(false);
  });

  it('takes the colours that are chosen, in all tabs, and remembers them', async () => {
    const tab = await open();
    const other = await CityPage.open(tab.page.context(), server.url, 'local');
    const ground = ({page}: CityPage): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground(tab);
    await tab.page.getByRole('radio', {name: 'Dark'}).click();
    const dark = await ground(tab);
    expect(dark).not.toBe(light);
    await other.page.waitForSelector('html[data-theme=dark]');
    await tab.reload();
    expect(await ground(tab)).toBe(dark);
    await tab.page.getByRole('radio', {name: 'System'}).click();
    expect(await ground(tab)).toBe(light);
  });

  it('can be used with the keyboard alone', async () => {
    const tab = await open();
    const {keyboard} = tab.page;
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await keyboard.press(key);
    };

    await press('Tab');
    expect(await tab.focus()).toBe('a Skip to the table');
    await press('Enter', 'Tab');
    expect(await tab.focus()).toBe('input Find a place');
    await keyboard.type('reyk');
    await tab.shows('Reykjavík', 'country', 'Iceland');

    // One stop for the whole table; previous and next have nowhere to lead to.
    await press('Tab');
    expect(await tab.focus()).toBe('rowheader Reykjavík');
    await press('ArrowRight', 'ArrowRight');
    expect(await tab.focus()).toBe('gridcell 64.14');
    await press('Enter');
    expect(await tab.focus()).toBe('input Latitude, Reykjavík');
    await press('Escape');
    expect(await tab.focus()).toBe('gridcell 64.14');
    await press('End');
    await keyboard.type('Hot springs');
    await press('Shift+Tab');
    expect(await tab.focus()).toBe('input Visited, Reykjavík');
    await press('Space');
    await tab.isIn('good');
    await press('Home', 'ArrowUp', 'Enter');
    expect(await tab.focus()).toBe('button Place');
    expect(await tab.page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');

    // On to what breaks things, and what helps then.
    await press('Tab', 'Tab', 'Tab', 'Tab');
    expect(await tab.focus()).toBe('button Damage what is stored');
    await press('Tab', 'Shift+Tab', 'Enter');
    await tab.isIn('bad');
    while ((await tab.focus()) !== 'button Set it aside and save this table') {
      await press('Shift+Tab');
    }
    await press('Enter');
    await tab.isIn('good');
    // The button has gone; its place keeps the focus.
    expect(await tab.page.evaluate(() => document.activeElement?.id)).toBe('status');

    await tab.reload();
    await tab.page.getByLabel('Find a place').fill('reyk');
    await tab.shows('Reykjavík', 'note', 'Hot springs');
    expect(await tab.cell('Reykjavík', 'visited').locator('input').isChecked()).toBe(true);
  });

  it('turns pages with the keyboard, and keeps the place in the table', async () => {
    const tab = await open();
    await tab.cell('Abidjan', 'country').focus();
    await tab.page.keyboard.press('PageDown');
    const seventeenth = await tab.page
      .locator('tbody tr:first-child [data-column=country]')
      .innerText();
    expect(await tab.focus()).toBe(`gridcell ${seventeenth}`);
    await tab.page.keyboard.press('PageUp');
    await tab.page.keyboard.press('Control+End');
    expect(await tab.page.evaluate(() => document.activeElement?.ariaColIndex)).toBe('6');
    await tab.page.keyboard.press('Control+Home');
    expect(await tab.focus()).toBe('button Place');
  });

  it('tells screen readers when things take a turn, and not of every save', async () => {
    const tab = await open();
    const announcer = tab.page.getByRole('status').first();
    await tab.edit('Abidjan', 'note', 'Once');
    await tab.isIn('good');
    const before = await announcer.innerText();
    expect(before).toBe('Everything is saved.');
    await tab.press('Damage what is stored');
    await tab.isIn('bad');
    expect(await announcer.innerText()).toBe('Local storage holds something that cannot be read.');
  });
});

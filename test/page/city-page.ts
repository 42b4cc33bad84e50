/** What a visitor sees of the page, and does with it. */
import type {BrowserContext, Locator, Page} from 'playwright';

export type Mood = 'good' | 'busy' | 'waiting' | 'bad';

export class CityPage {
  readonly page: Page;
  /** What should never be there: uncaught errors, violations of the policy, requests to elsewhere. */
  readonly complaints: string[] = [];

  private constructor(page: Page, url: string) {
    this.page = page;
    page.on('pageerror', ({message}) => this.complaints.push(message));
    page.on('console', (message) => {
      // A request that fails is what some tests are about.
      if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) {
        this.complaints.push(message.text());
      }
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(url)) this.complaints.push(`Requested ${request.url()}`);
    });
  }

  /** Opens a tab. @param url Of the server. */
  static async open(context: BrowserContext, url: string, storage: string): Promise<CityPage> {
    const tab = new CityPage(await context.newPage(), url);
    await tab.page.goto(`${url}?storage=${storage}`);
    await tab.isReady();
    return tab;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.isReady();
  }

  /** Resolves when the storage has been opened. */
  async isReady(): Promise<void> {
    await this.page.waitForSelector('html[data-ready]');
  }

  /** A cell of a place that is in view. */
  cell(place: string, column: string): Locator {
    const row = this.page.locator('tbody tr', {
      has: this.page.locator('[data-column=name]', {hasText: new RegExp(`^${place}$`)}),
    });
    return row.locator(`[data-column=${column}]`);
  }

  /** Changes a cell with the mouse and the keyboard. */
  async edit(place: string, column: string, text: string): Promise<void> {
    await this.cell(place, column).click();
    await this.page.keyboard.press('ControlOrMeta+A');
    await this.page.keyboard.type(text);
    await this.page.keyboard.press('Enter');
  }

  /** Resolves when a cell shows this text. */
  async shows(place: string, column: string, text: string): Promise<void> {
    await this.cell(place, column).filter({hasText: text}).waitFor();
  }

  /** Resolves when the status has this mood, to what it says then. */
  async isIn(mood: Mood): Promise<string> {
    await this.page.waitForSelector(`#status[data-mood=${mood}]`);
    return (await this.page.locator('#status').innerText()).replace(/\s+/g, ' ').trim();
  }

  /** Presses a button that is there once. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', {name, exact: true}).click();
  }

  /** What is shown of a property of the state. */
  fact(name: string): Promise<string> {
    return this.page.locator(`[data-fact=${name}] dd`).innerText();
  }

  /** Resolves to the text of the notice that contains `part`. */
  async notice(part: string): Promise<string> {
    const notice = this.page.locator('.notice', {hasText: part});
    await notice.waitFor();
    return notice.innerText();
  }

  /** What has the focus: its role and name, as a screen reader says it. */
  focus(): Promise<string> {
    return this.page.evaluate(() => {
      const {activeElement} = document;
      if (!activeElement) return '';
      const label =
        activeElement instanceof HTMLInputElement ? activeElement.labels?.[0] : undefined;
      const name = activeElement.ariaLabel ?? (label ?? activeElement).textContent;
      return `${activeElement.role ?? activeElement.localName} ${name.trim()}`;
    });
  }
}

/** The guides' code for browsers, in a real one. */
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {inspect} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {isAsPromised} from '../docs/printed-text.ts';
import {servePage} from '../support/served-page.ts';
import {missingBrowser, openBrowser} from '../support/tabs.ts';
import {findGuidePrograms} from './guide-programs.ts';

const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));
const IMPORTS =
  "import {createStore} from 'cellar'; " +
  "import {createSessionPersister} from 'cellar/persisters/persister-browser'; ";

/** A script that runs the program when it is told to, and tells what it prints. */
const toScript = (code: string): string => {
  const imports = code.match(/import \{\w+\} from '[^']+';/g) ?? [];
  const body = imports.reduce((rest, statement) => rest.replace(statement, ''), code);
  return `${imports.join('\n')}
    globalThis.run = async () => {
      const printed = [];
      const console = {log: (value) => printed.push(structuredClone(value))};
      ${body}
      return printed;
    };`;
};

describe.each(['chromium', 'firefox'] as const)('The guide persisting-data, in %s', (name) => {
  let folder = '';
  beforeAll(() => {
    mkdirSync(CACHE, {recursive: true});
    // Inside the package, so that the package's own name leads to what has been built.
    folder = mkdtempSync(join(CACHE, 'guide-'));
  });
  afterAll(() => rmSync(folder, {recursive: true}));

  it.skipIf(missingBrowser(name) !== undefined)('runs and prints what it says', async () => {
    const path = new URL('fixtures/persisting-data.md', import.meta.url);
    const [program] = findGuidePrograms('persisting-data', readFileSync(path, 'utf8'), IMPORTS);
    const blocks = program?.blocks ?? [];
    const script = join(folder, 'guide.js');
    writeFileSync(script, toScript(blocks.flatMap(({code}) => code).join('\n')));
    const page = await servePage(script);
    const browser = await openBrowser(name);
    try {
      const tab = await (await browser.newProfile()).newTab(page.url);
      const printed = (await tab.call('run')) as unknown[];
      const promised = blocks.flatMap(({expectations}) => expectations);
      expect(printed).toHaveLength(promised.length);
      promised.forEach(({text}, index) => {
        const inspected = inspect(printed[index], {depth: Infinity, breakLength: Infinity});
        const isKept = isAsPromised(text, {text: String(printed[index]), inspected});
        expect(isKept, `${text}, but prints ${inspected}`).toBe(true);
      });
    } finally {
      await browser.close();
      page.close();
    }
  });
});

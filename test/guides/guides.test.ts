import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {findProblems} from '../docs/run-program.ts';
import {findGuidePrograms} from './guide-programs.ts';

const STORE = "import {createStore} from 'cellar';";
const CUSTOM = "import {createCustomPersister} from 'cellar/persisters';";
const BROWSER = "import {createSessionPersister} from 'cellar/persisters/persister-browser';";

describe.each([
  {guide: 'custom-persistence', imports: `${STORE} ${CUSTOM} `, blocks: 1, promises: 2},
  {guide: 'persisting-data', imports: `${STORE} ${BROWSER} `, blocks: 2, promises: 5},
  {guide: 'an-intro-to-persistence', imports: '', blocks: 2, promises: 5},
])('The guide $guide', ({guide, imports, blocks, promises}) => {
  const name = `fixtures/${guide}.md`;
  const markdown = readFileSync(new URL(name, import.meta.url), 'utf8');
  const programs = findGuidePrograms(name, markdown, imports);

  it('is one program, all of whose promises are looked at', () => {
    expect(programs).toHaveLength(1);
    expect(programs[0]?.blocks).toHaveLength(blocks);
    const found = programs[0]?.blocks.flatMap(({expectations}) => expectations);
    expect(found).toHaveLength(promises);
  });

  it('runs and prints what it says', async () => {
    const problems = await Promise.all(programs.map(findProblems));
    expect(problems.flat()).toStrictEqual([]);
  });
});

describe('A program made of a guide', () => {
  it('is its code, with what is implied put in, line by line', () => {
    const markdown = [
      '```js',
      'const store = createStore();',
      '// ...',
      "// -> StorageEvent('storage', {key: 'pets'})",
      'console.log(1);',
      '// -> 1',
      '```',
    ].join('\n');
    const [program] = findGuidePrograms('x.md', markdown, `${STORE} `);
    expect(program?.blocks[0]?.code).toStrictEqual([
      `${STORE} const store = createStore();`,
      'await persister.whenSaved(); await persister.schedule(async () => {});',
      "dispatchEvent(new StorageEvent('storage', {key: 'pets'}));",
      'console.log(1);',
      '// -> 1',
    ]);
    expect(program?.blocks[0]?.expectations).toStrictEqual([{line: 6, text: '1'}]);
  });
});

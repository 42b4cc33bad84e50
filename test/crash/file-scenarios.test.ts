/** The promises of docs/guarantees.md about files. `node bench/guarantees.mjs` runs them on the reference, too. */
import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {createFilePersister} from '../../src/persisters/file/index.ts';
import type {Persister} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import {scenarios} from '../engine/acceptance-scenarios.ts';
import {type FileLibrary, fileScenarios} from './file-scenarios.ts';

const library = {
  createStore,
  createFilePersister,
  untilSaved: (persister: Persister) => persister.whenSaved(),
  modules: {store: 'cellar/store', filePersister: 'cellar/persisters/persister-file'},
} as unknown as FileLibrary;

describe('A file persister', () => {
  it.for(fileScenarios)('$promise', async ({run, whyNot}, {skip}) => {
    skip(whyNot !== undefined, whyNot);
    const {isKept, observed} = await run(library);
    expect({isKept, observed}).toMatchObject({isKept: true});
  });
});

describe('docs/guarantees.md', () => {
  it('has the very scenarios that are run', () => {
    const document = readFileSync(new URL('../../docs/guarantees.md', import.meta.url), 'utf8');
    const rows = document.split('\n').filter((line) => line.includes(' | kept: '));
    const beginnings = [...scenarios, ...fileScenarios].map(
      ({id, promise}) => `| ${id} | ${promise} |`,
    );
    expect(rows.map((row) => row.split('|', 3).join('|') + '|')).toStrictEqual(beginnings);
  });
});

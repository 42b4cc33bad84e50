/** The promises of docs/guarantees.md. `node bench/guarantees.mjs` runs them on the reference, too. */
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createCustomPersister, type Persister} from '../../src/persisters/index.ts';
import {createStore} from '../../src/store/index.ts';
import {type Library, scenarios} from './acceptance-scenarios.ts';

const library = {
  createStore,
  createCustomPersister,
  untilSaved: (persister: Persister) => persister.whenSaved(),
} as unknown as Library;

describe('A custom persister', () => {
  // Things go wrong on purpose.
  beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));
  afterEach(() => vi.restoreAllMocks());

  it.each(scenarios)('$promise', async ({run}) => {
    const {isKept, observed} = await run(library);
    expect({isKept, observed}).toMatchObject({isKept: true});
  });
});

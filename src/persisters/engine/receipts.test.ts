import {describe, expect, it} from 'vitest';
import {turn} from '../../testing/waiting.ts';
import {Receipts} from './receipts.ts';

/** What became of receipts for these numbers, so far. */
const watched = (receipts: Receipts, ...sequences: number[]): string[] => {
  const seen: string[] = [];
  for (const sequence of sequences) {
    receipts.wait(sequence).then(
      () => seen.push(`${String(sequence)} kept`),
      (reason: unknown) => seen.push(`${String(sequence)} ${String(reason)}`),
    );
  }
  return seen;
};

describe('Receipts', () => {
  it('are kept up to the transaction that is acknowledged, and no further', async () => {
    const receipts = new Receipts();
    const seen = watched(receipts, 1, 2, 3);
    receipts.acknowledge(2);
    await turn();
    expect(seen).toStrictEqual(['1 kept', '2 kept']);
    receipts.acknowledge(3);
    await turn();
    expect(seen).toStrictEqual(['1 kept', '2 kept', '3 kept']);
  });

  it('are broken, all that wait, with the reason', async () => {
    const receipts = new Receipts();
    const seen = watched(receipts, 1, 2);
    receipts.reject('in vain');
    await turn();
    expect(seen).toStrictEqual(['1 in vain', '2 in vain']);
  });

  it('are not broken by what happened before', async () => {
    const receipts = new Receipts();
    receipts.reject('in vain');
    receipts.acknowledge(5);
    const seen = watched(receipts, 1);
    await turn();
    expect(seen).toStrictEqual([]);
    receipts.acknowledge(1);
    await turn();
    expect(seen).toStrictEqual(['1 kept']);
  });
});

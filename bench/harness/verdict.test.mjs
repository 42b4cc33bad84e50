import {describe, expect, it} from 'vitest';
import {curveOf, exponentOf, judge, medianOf} from './verdict.mjs';

const figures = {
  10: {reference: [{time: 8}, {time: 10}, {time: 90}], cellar: [{time: 1}, {time: 3}]},
  100: {reference: [{time: 100}], cellar: [{time: 2}]},
};

describe('medianOf', () => {
  it('takes the middle round, or the mean of the middle two', () => {
    expect(medianOf(figures, 10, 'reference', 'time')).toBe(10);
    expect(medianOf(figures, 10, 'cellar', 'time')).toBe(2);
  });

  it('is undefined for what was not measured', () => {
    expect(medianOf(figures, 10, 'limit', 'time')).toBeUndefined();
    expect(medianOf(figures, 1_000, 'cellar', 'time')).toBeUndefined();
    expect(medianOf(figures, 10, 'cellar', 'heap')).toBeUndefined();
  });
});

describe('exponentOf', () => {
  it.each([
    [0, 7],
    [1, 3],
    [1.5, 0.2],
  ])('finds k = %d in cost ~ n^k', (k, factor) => {
    const points = [10, 100, 1_000].map((size) => [size, factor * size ** k]);
    expect(exponentOf(points)).toBeCloseTo(k, 10);
  });
});

describe('curveOf', () => {
  it('lists medians by growing size', () => {
    expect(curveOf(figures, 'reference', 'time')).toStrictEqual([
      [10, 10],
      [100, 100],
    ]);
  });
});

describe('judge', () => {
  const judgeTime = (target) =>
    judge({metrics: [{id: 'time', title: 'time', unit: 'ms', ...target}]}, figures, 100)[0];

  it('compares the ratio with a relative target, and includes the target itself', () => {
    expect(judgeTime({target: 0.02})).toMatchObject({ratio: 0.02, isMet: true});
    expect(judgeTime({target: 0.019})).toMatchObject({ratio: 0.02, isMet: false});
  });

  it('compares our figure with an absolute target', () => {
    expect(judgeTime({atMost: 2})).toMatchObject({ours: 2, isMet: true});
    expect(judgeTime({atMost: 1.9})).toMatchObject({ours: 2, isMet: false});
  });

  it('compares with the limit where the target says so', () => {
    const withLimit = {100: {...figures[100], limit: [{time: 1}]}};
    const judgeLimit = (ofLimit) =>
      judge({metrics: [{id: 'time', title: 'time', unit: 'ms', ofLimit}]}, withLimit, 100)[0];
    expect(judgeLimit(2)).toMatchObject({limit: 1, isMet: true});
    expect(judgeLimit(1.9)).toMatchObject({isMet: false});
    expect(judgeTime({ofLimit: 2})).toMatchObject({isMet: undefined});
  });

  it('takes a metric at a size of its own', () => {
    expect(judgeTime({target: 0.2, size: 10})).toMatchObject({ours: 2, reference: 10, isMet: true});
  });

  it('does not judge what was not measured', () => {
    expect(judgeTime({target: 1, contender: 'cellar-plain'}).isMet).toBeUndefined();
  });

  it('shows what has no target, and judges nothing', () => {
    expect(judgeTime({})).toMatchObject({ours: 2, reference: 100, ratio: 0.02});
    expect(judgeTime({}).isMet).toBeUndefined();
  });

  it('shows peers beside it, also those that were not measured', () => {
    const metrics = [{id: 'time', title: 'time', unit: 'ms', target: 1}];
    const measurePeers = {dexie: () => undefined, other: () => undefined};
    const [row] = judge({metrics, measurePeers}, {10: {dexie: [{time: 5}, {time: 7}]}}, 10);
    expect(row.peers).toStrictEqual({dexie: 6, other: undefined});
  });

  it('judges growth only over the whole range', () => {
    const judgeGrowth = (to) =>
      judge(
        {metrics: [], growth: {exponents: [{id: 'time', from: 10, to, atMost: 0.1}]}},
        figures,
        10,
      )[0];
    expect(judgeGrowth(100).ours).toBeCloseTo(0, 10);
    expect(judgeGrowth(100)).toMatchObject({isMet: true});
    expect(judgeGrowth(100).reference).toBeCloseTo(1, 10);
    expect(judgeGrowth(1_000).isMet).toBeUndefined();
  });
});

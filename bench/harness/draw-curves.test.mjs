import {describe, expect, it} from 'vitest';
import {drawGrowth} from './draw-curves.mjs';

const draw = (curves) => drawGrowth({title: 'save & load', unit: 'ms', curves});
const heightsOf = (svg, contender) =>
  [...svg.matchAll(new RegExp(`class="dot ${contender}" cx="[\\d.]+" cy="([\\d.]+)"`, 'g'))].map(
    ([, y]) => Number(y),
  );

describe('drawGrowth', () => {
  it('puts equal ratios at equal distances on both axes', () => {
    const svg = draw({
      reference: [
        [1_000, 1],
        [10_000, 10],
        [100_000, 100],
      ],
    });
    const [low, middle, high] = heightsOf(svg, 'reference');
    expect(low - middle).toBeCloseTo(middle - high, 0);
    expect(low).toBeGreaterThan(high);
    for (const label of ['1,000', '10,000', '100,000', '1 ms', '100 ms']) {
      expect(svg).toContain(`>${label}</text>`);
    }
  });

  it('escapes text, and leaves out a contender without points', () => {
    const svg = draw({cellar: [[1_000, 5]], limit: []});
    expect(svg).toContain('save &amp; load');
    expect(heightsOf(svg, 'cellar')).toHaveLength(1);
    expect(svg).not.toContain('>limit</text>');
  });

  it('keeps the labels of lines that end together apart', () => {
    const svg = draw({cellar: [[1_000, 5]], reference: [[1_000, 5]], limit: [[1_000, 5.01]]});
    const ys = ['Cellar', 'reference', 'limit']
      .map((name) => Number(new RegExp(`y="([\\d.]+)">${name}</text>`).exec(svg)[1]))
      .sort((a, b) => a - b);
    expect(ys[1] - ys[0]).toBeGreaterThanOrEqual(15);
    expect(ys[2] - ys[1]).toBeGreaterThanOrEqual(15);
  });
});

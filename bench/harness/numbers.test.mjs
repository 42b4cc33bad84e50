import {describe, expect, it} from 'vitest';
import {formatFigure, formatRatio, formatTarget} from './numbers.mjs';

describe('formatFigure', () => {
  it.each([
    [1370, 'ms', '1.37 s'],
    [0.0004, 'ms', '400 ns'],
    [13, 'µs', '13.0 µs'],
    [999, 'kB', '999 kB'],
    [1_000, 'kB', '1.00 MB'],
    [82.1, 'B', '82.1 B'],
    [0, 'ms', '0 ms'],
    [1_000, '', '1000'],
    [1.094, 'n^', 'n^1.09'],
    [undefined, 'ms', '–'],
  ])('shows %s %s as %s', (number, unit, text) => {
    expect(formatFigure(number, unit)).toBe(text);
  });
});

describe('formatRatio', () => {
  it.each([
    [0.12, '0.120'],
    [0.001034, '0.00103'],
    [0.000026, '0.0000260'],
    [1.5, '1.50'],
    [undefined, '–'],
  ])('shows %s as %s', (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text);
  });
});

describe('formatTarget', () => {
  it('shows a multiple of the reference, or a figure', () => {
    expect(formatTarget({target: 0.12, unit: 'ms'})).toBe('0.12 ×');
    expect(formatTarget({atMost: 300, unit: 'B'})).toBe('≤ 300 B');
    expect(formatTarget({unit: 'B'})).toBe('–');
  });
});

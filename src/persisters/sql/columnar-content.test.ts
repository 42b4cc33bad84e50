import {describe, expect, it} from 'vitest';
import {ColumnarContent} from './columnar-content.ts';

const COLUMNS = {
  rowIds: ['fido', '__proto__'],
  cellIds: ['species', '__proto__'],
  columns: [['dog'], [undefined, 3]],
};

describe('ColumnarContent', () => {
  it('is empty until there is a row or a value', () => {
    const content = new ColumnarContent();
    content.setColumns('pets', {rowIds: [], cellIds: [], columns: []});
    content.setRows('pets', {});
    expect([content.isEmpty, content.toContent()]).toStrictEqual([true, [{}, {}]]);
    content.values['open'] = true;
    expect(content.isEmpty).toBe(false);
  });

  it('is the same by row', () => {
    const content = new ColumnarContent();
    content.setColumns('pets', COLUMNS);
    expect(content.columns).toStrictEqual(new Map([['pets', COLUMNS]]));
    expect(JSON.stringify(content.toContent())).toBe(
      '[{"pets":{"fido":{"species":"dog"},"__proto__":{"__proto__":3}}},{}]',
    );
  });

  it('has what was set last, and columns only if there is nothing else', () => {
    const content = new ColumnarContent();
    content.setColumns('pets', COLUMNS);
    content.setRows('pets', {felix: {species: 'cat'}});
    expect(content.columns).toBeUndefined();
    expect(content.toContent()).toStrictEqual([{pets: {felix: {species: 'cat'}}}, {}]);
    content.setColumns('pets', COLUMNS);
    expect(content.columns?.size).toBe(1);
  });
});

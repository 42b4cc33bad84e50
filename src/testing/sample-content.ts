/** Content that a storage must give back as it got it, in its stored form. */
import type {EncodedContent} from '../store/internals.ts';

export const EMPTY: EncodedContent = [{}, {}];

/** A little of each kind. */
export const PETS: EncodedContent = [
  {pets: {fido: {species: 'dog', age: 4, sold: true}, felix: {species: 'cat', sold: false}}},
  {open: true, employees: 3},
];

const ODD_IDS = [
  '',
  ' ',
  '0',
  '01',
  'a.b',
  'a/b',
  '../x',
  'é',
  'e\u0301',
  '"',
  "'",
  '\\',
  '\n',
  '😀',
];
const ODD_CELLS = [
  ...['', ' ', '0', 'true', 'null', '"', '\\', '\n\r\t\0', 'é😀', '\ud800', '[{},{}]', '\u2028'],
  ...[0, 1.5, -1, 1e21, 5e-324, Number.MAX_SAFE_INTEGER],
  ...[true, false, null],
  // Objects and arrays, in their stored form.
  ...['\ufffd{"k":[1,"a",null]}', '\ufffd[]'],
];

/** An object with own properties of any name, also `__proto__`. */
const fromEntries = <Value>(
  ids: readonly string[],
  make: (id: string, index: number) => Value,
): Record<string, Value> => Object.fromEntries(ids.map((id, index) => [id, make(id, index)]));

/** Ids and cells that are easily mistaken for something else. */
export const ODDITIES: EncodedContent = [
  {
    ...fromEntries(ODD_IDS, (id) => fromEntries(ODD_IDS, () => fromEntries([id], () => id))),
    cells: {row: fromEntries(ODD_CELLS.map(String), (_id, index) => ODD_CELLS[index] ?? null)},
    inherited: fromEntries(['__proto__', 'constructor', 'toString'], () =>
      fromEntries(['__proto__', 'constructor', 'hasOwnProperty'], () => 1),
    ),
  },
  fromEntries([...ODD_IDS, '__proto__'], (id) => id),
];

/** Enough rows that nothing is written or read in one piece by chance. */
export const MANY_ROWS: EncodedContent = [
  {
    many: fromEntries(
      Array.from({length: 3_000}, (_row, index) => `row ${String(index)}`),
      (id, index) => ({id, index, isEven: index % 2 === 0, text: 'lorem ipsum '.repeat(3)}),
    ),
  },
  {},
];

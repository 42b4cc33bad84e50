/** Figures for readers: three digits, and a unit of a fitting size. */

const LADDERS = {
  ns: ['ns', 'µs', 'ms', 's'],
  B: ['B', 'kB', 'MB', 'GB'],
};
const PLACES = {
  ns: ['ns', 0],
  µs: ['ns', 1],
  ms: ['ns', 2],
  s: ['ns', 3],
  B: ['B', 0],
  kB: ['B', 1],
  MB: ['B', 2],
};

const threeDigits = (number) => {
  if (number === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(number))));
  return digits > 6 ? number.toExponential(1) : number.toFixed(Math.min(digits, 4));
};

/** `formatFigure(1370, 'ms')` is `1.37 s`; `formatFigure(1.1, 'n^')` is `n^1.10`. */
export const formatFigure = (number, unit) => {
  if (number === undefined) return '–';
  if (unit === 'n^') return `n^${number.toFixed(2)}`;
  if (unit === '') return `${Math.round(number)}`;
  const [ladder, start] = PLACES[unit];
  const units = LADDERS[ladder];
  let place = start;
  let scaled = number;
  while (scaled >= 1000 && place < units.length - 1) {
    scaled /= 1000;
    place++;
  }
  while (scaled < 1 && scaled > 0 && place > 0) {
    scaled *= 1000;
    place--;
  }
  return `${threeDigits(scaled)} ${units[place]}`;
};

/** Three digits, however small: a ratio must not round to its target. */
export const formatRatio = (ratio) => (ratio === undefined ? '–' : ratio.toPrecision(3));

export const formatTarget = ({target, ofLimit, atMost, unit}) => {
  if (target !== undefined) return `${target} ×`;
  if (ofLimit !== undefined) return `${ofLimit} × limit`;
  return atMost === undefined ? '–' : `≤ ${formatFigure(atMost, unit)}`;
};

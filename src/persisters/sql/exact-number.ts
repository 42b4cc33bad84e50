/** Numbers written out in full, as databases have them, that a JavaScript number may not hold. */

/** Digits and exponent without anything that makes no difference. */
const canonical = (text: string): string | undefined => {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (whole + fraction === '') return undefined;
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === '-' ? '-' : ''}${significant}e${String(power)}`;
};

/** @returns `undefined` if it is no number, or would be rounded. */
export const exactNumber = (text: string): number | undefined => {
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  const form = canonical(text);
  return form !== undefined && form === canonical(String(number)) ? number : undefined;
};

/** How many digits matter. */
export const countDigits = (number: number): number =>
  (canonical(String(number)) ?? '').replace(/^-|e.*$/g, '').length;

/** The columns of the table, and how their cells are shown and read back. */

const countryNames = new Intl.DisplayNames(['en'], {type: 'region'});

/** Also what is edited. */
export const asText = (value) => (value === undefined ? '' : String(value));

const twoDecimals = new Intl.NumberFormat('en', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

const degrees = (limit) => ({
  isNumber: true,
  format: (value) => (value === undefined ? '' : twoDecimals.format(value).replace('-', '−')),
  parse: (text) => {
    const degrees = Number(text.trim().replace(',', '.').replace('−', '-'));
    if (text.trim() === '' || !(Math.abs(degrees) <= limit)) {
      throw new RangeError(`A number from −${limit} to ${limit}, please`);
    }
    return degrees;
  },
});

const parseName = (text) => {
  if (!text.trim()) throw new RangeError('A place needs a name');
  return text.trim();
};

/** With `parse`, cells can be edited: it makes a cell of what was typed, `undefined` for none, or throws. */
export const columns = [
  {id: 'name', label: 'Place', format: asText, parse: parseName},
  {id: 'country', label: 'Country', format: (code) => countryNames.of(code ?? 'ZZ')},
  {id: 'latitude', label: 'Latitude', ...degrees(90)},
  {id: 'longitude', label: 'Longitude', ...degrees(180)},
  {id: 'visited', label: 'Visited', isTick: true},
  {id: 'note', label: 'Note', format: asText, parse: (text) => text.trim() || undefined},
];

export const tablesSchema = {
  places: {
    name: {type: 'string'},
    country: {type: 'string'},
    latitude: {type: 'number'},
    longitude: {type: 'number'},
    visited: {type: 'boolean'},
    note: {type: 'string'},
  },
  // The edits of a tab that is about to be killed.
  marks: {at: {type: 'number'}},
};

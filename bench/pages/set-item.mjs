/** The least that keeps JSON text in local storage. Texts are ready, so that only storing them is measured. */
import {TABLE, makeTables} from '../harness/data.mjs';
import {editedRowId, markOf} from './edits.mjs';
import {check} from './measure.mjs';

let texts = [];
/** As long as the record of one changed cell. */
const RECORD = 'x'.repeat(100);

export const makeTexts = (size, count) => {
  const tables = makeTables(size);
  texts = Array.from({length: count}, (_, index) => {
    tables[TABLE][editedRowId(size, index)].age = markOf(index);
    return JSON.stringify([tables, {}]);
  });
};

export const setTexts = () => {
  for (const text of texts) localStorage.setItem('bench', text);
  check(localStorage.getItem('bench') === texts.at(-1), 'the last text is stored');
};

export const setRecords = (count) => {
  for (let index = 0; index < count; index++) localStorage.setItem(`record-${index}`, RECORD);
  check(localStorage.length === count + 1, 'all records are stored');
};

/** Makes the rows and cells of the table. */
import {columns} from './columns.js';
import {element} from './elements.js';

const country = columns.find(({id}) => id === 'country');

/** @returns What gets the focus when a cell does: the control that is all there is in it, or itself. */
export const focusTargetOf = (cell) => cell.querySelector('button, input') ?? cell;

export const makeHead = ({sortedBy, isDescending}) => {
  const cells = columns.map(({id, label, isNumber = false}, index) => {
    const sort = element('button', {type: 'button', tabIndex: -1}, label);
    const cell = element('th', {scope: 'col', dataset: {column: id}}, sort);
    cell.classList.toggle('number', isNumber);
    cell.ariaColIndex = index + 1;
    if (id === sortedBy) cell.ariaSort = isDescending ? 'descending' : 'ascending';
    return cell;
  });
  const row = element('tr', {ariaRowIndex: 1}, ...cells);
  return element('thead', {}, row);
};

/** @param row A row of the store. @param position Among all rows, from 0. */
export const makeRow = (rowId, row, position) => {
  const cells = columns.map((column, index) => {
    const isName = column.id === 'name';
    const cell = element(isName ? 'th' : 'td', {
      role: isName ? 'rowheader' : 'gridcell',
      ariaColIndex: index + 1,
      dataset: {column: column.id},
    });
    if (isName) cell.scope = 'row';
    cell.classList.toggle('number', column.isNumber === true);
    if (!column.parse && !column.isTick) cell.ariaReadOnly = 'true';
    fillCell(cell, column, row);
    return cell;
  });
  return element('tr', {dataset: {row: rowId}, ariaRowIndex: position + 2}, ...cells);
};

/** Shows what the store has, be it for the first time or again. */
export const fillCell = (cell, {id, isTick, label, format}, row) => {
  const value = row[id];
  if (isTick) {
    const box = cell.querySelector('input') ?? element('input', {type: 'checkbox', tabIndex: -1});
    box.checked = value === true;
    box.ariaLabel = `${label}, ${row.name}`;
    if (!box.parentNode) cell.append(box);
    return;
  }
  cell.textContent = format(value);
  cell.tabIndex = cell.tabIndex === 0 ? 0 : -1;
  // Shown below the name where there is no room for a column of its own.
  if (id === 'name') cell.dataset.country = country.format(row.country);
};

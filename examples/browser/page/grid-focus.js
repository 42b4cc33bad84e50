/** The keyboard in the table, after the grid pattern of the ARIA Authoring Practices: one stop for Tab, arrows within. */
import {focusTargetOf} from './grid-cells.js';

/** By how much the focus moves, in columns and rows. */
const STEPS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const isTyped = ({key, ctrlKey, metaKey, altKey}) =>
  key.length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey;

export class GridFocus {
  #table;
  #current;

  /**
   * @param edit Called with a cell, and with the text to begin with if that is not what the cell holds.
   * @param turn Called with how many pages to turn.
   */
  constructor(table, {edit, turn}) {
    this.#table = table;
    table.addEventListener('focusin', ({target}) => this.#mark(target.closest('th, td')));
    table.addEventListener('keydown', (event) => {
      const cell = event.target.closest('th, td');
      if (this.#onKey(event, cell, edit, turn)) event.preventDefault();
    });
  }

  /** @returns Where the focus is, to be handed to `restore` when the rows have been made anew. */
  remember() {
    const cell = this.#current;
    const hasFocus = this.#table.contains(document.activeElement);
    return {
      rowId: cell?.parentNode.dataset.row,
      // Who comes from elsewhere wants the cities rather than their headings.
      rowIndex: Math.max(cell?.parentNode.rowIndex ?? 0, hasFocus ? 0 : 1),
      columnIndex: cell?.cellIndex ?? 0,
      hasFocus,
    };
  }

  restore({rowId, rowIndex, columnIndex, hasFocus}) {
    const rows = [...this.#table.rows];
    const row =
      rows.find(({dataset}) => rowId !== undefined && dataset.row === rowId) ??
      rows[Math.min(rowIndex, rows.length - 1)];
    const cell = row.cells[columnIndex];
    this.#mark(cell);
    if (hasFocus) focusTargetOf(cell).focus();
  }

  /** @param move `down`, `next`, `previous`, or `stay`. */
  moveFrom(cell, move) {
    if (move === 'stay') this.#focus(cell);
    else if (move === 'down') this.#step(cell, 0, 1);
    else this.#step(cell, move === 'next' ? 1 : -1, 0);
  }

  #onKey(event, cell, edit, turn) {
    const {key, ctrlKey} = event;
    const box = cell.querySelector('input[type=checkbox]');
    const isInBody = cell.closest('tbody') !== null;
    if (key in STEPS) this.#step(cell, ...STEPS[key]);
    else if (key === 'Home') this.#step(cell, -Infinity, ctrlKey ? -Infinity : 0);
    else if (key === 'End') this.#step(cell, Infinity, ctrlKey ? Infinity : 0);
    else if (key === 'PageUp') turn(-1);
    else if (key === 'PageDown') turn(1);
    else if (!isInBody || (box && key !== 'Enter')) return false;
    else if (box) box.click();
    else if (key === 'Enter' || key === 'F2') edit(cell);
    else if (key === 'Delete' || key === 'Backspace') edit(cell, '');
    else if (isTyped(event)) edit(cell, key);
    else return key === ' ';
    return true;
  }

  #step(cell, columns, rows) {
    const row = this.#clamp([...this.#table.rows], cell.parentNode, rows);
    const shown = (each) => [...each.cells].filter((candidate) => candidate.checkVisibility());
    const target = this.#clamp(shown(cell.parentNode), cell, columns);
    this.#focus(row.cells[target.cellIndex]);
  }

  #clamp(items, item, step) {
    return items[Math.max(0, Math.min(items.length - 1, items.indexOf(item) + step))];
  }

  #focus(cell) {
    focusTargetOf(cell).focus();
  }

  /** Makes `cell` the one that Tab reaches. */
  #mark(cell) {
    if (this.#current) focusTargetOf(this.#current).tabIndex = -1;
    this.#current = cell;
    focusTargetOf(cell).tabIndex = 0;
  }
}

/** The table: shows a window of rows, keeps it up to date, and hands edits to the store. */
import {editCell} from './cell-editor.js';
import {asText, columns} from './columns.js';
import {byId, element} from './elements.js';
import {fillCell, makeHead, makeRow} from './grid-cells.js';
import {GridFocus} from './grid-focus.js';
import {RowWindow} from './row-window.js';

const TABLE = 'places';
const ROWS = 16;
const ROWS_ON_A_PHONE = 8;

const columnOf = (cell) => columns.find(({id}) => id === cell.dataset.column);
const rowIdOf = (cell) => cell.parentNode.dataset.row;

export class Grid {
  #store;
  #rows;
  #focus;
  #table = byId('grid');
  #isRenderDue = false;
  #editedCell;
  /** The rows that are shown, by their ids. */
  #shown = new Map();

  constructor(store) {
    this.#store = store;
    this.#rows = new RowWindow(store);
    this.#focus = new GridFocus(this.#table, {
      edit: (cell, text) => this.#edit(cell, text),
      turn: (pages) => this.#turn(pages),
    });
    this.#table.ariaLabel = 'Cities';
    this.#table.ariaColCount = columns.length;
    this.#listenToPage();
    store.addRowIdsListener(TABLE, () => this.#renderSoon());
    store.addCellListener(TABLE, null, null, (_store, _table, rowId, cellId) =>
      this.#refresh(rowId, cellId),
    );
  }

  #listenToPage() {
    const phone = matchMedia('(max-width: 40rem)');
    const fit = () => {
      this.#rows.size = phone.matches ? ROWS_ON_A_PHONE : ROWS;
      this.#render();
    };
    phone.addEventListener('change', fit);
    fit();
    this.#table.addEventListener('click', ({target}) => this.#onClick(target.closest('th, td')));
    this.#table.addEventListener('change', ({target}) => {
      if (target.type === 'checkbox') this.#set(target.closest('td'), target.checked);
    });
    byId('search').addEventListener('input', ({target}) => {
      this.#rows.search = target.value;
      this.#render();
    });
    byId('previous').addEventListener('click', () => this.#turn(-1));
    byId('next').addEventListener('click', () => this.#turn(1));
  }

  /** Draws attention to a cell that has changed without anybody having touched it here. */
  flash(rowId, cellId) {
    const cell = this.#find(rowId, cellId);
    if (!cell) return;
    cell.classList.remove('changed');
    void cell.offsetWidth; // lets the animation begin again
    cell.classList.add('changed');
  }

  #turn(pages) {
    this.#rows.turn(pages);
    this.#render();
  }

  /** Once for all rows that come and go in one turn. */
  #renderSoon() {
    if (this.#isRenderDue) return;
    this.#isRenderDue = true;
    queueMicrotask(() => this.#render());
  }

  #render() {
    this.#isRenderDue = this.#editedCell !== undefined;
    if (this.#isRenderDue) return;
    const {rowIds, start, total} = this.#rows.look();
    const rows = rowIds.map((rowId, index) =>
      makeRow(rowId, this.#store.getRow(TABLE, rowId), start + index),
    );
    const focus = this.#focus.remember();
    this.#table.replaceChildren(makeHead(this.#rows), element('tbody', {}, ...rows));
    this.#shown = new Map(rows.map((row) => [row.dataset.row, row]));
    this.#table.ariaRowCount = total + 1;
    this.#focus.restore(focus);
    this.#showPosition(start, start + rows.length, total);
  }

  #showPosition(start, end, total) {
    byId('page-position').textContent =
      total > 0 ? `${start + 1}–${end} of ${total.toLocaleString('en')}` : 'Nothing found';
    byId('previous').disabled = start === 0;
    byId('next').disabled = end === total;
  }

  #refresh(rowId, cellId) {
    const cell = this.#find(rowId, cellId);
    if (cell && cell !== this.#editedCell) {
      fillCell(cell, columnOf(cell), this.#store.getRow(TABLE, rowId));
    }
  }

  #find(rowId, cellId) {
    const cells = this.#shown.get(rowId)?.cells ?? [];
    return [...cells].find(({dataset}) => dataset.column === cellId);
  }

  #onClick(cell) {
    if (cell.closest('thead')) {
      this.#rows.sortBy(cell.dataset.column);
      this.#render();
    } else this.#edit(cell);
  }

  #edit(cell, text) {
    const {id, label, parse} = columnOf(cell);
    if (!parse || this.#editedCell) return;
    const rowId = rowIdOf(cell);
    const {name, [id]: value} = this.#store.getRow(TABLE, rowId);
    this.#editedCell = cell;
    editCell(cell, {
      label: `${label}, ${name}`,
      text: text ?? asText(value),
      isSelected: text === undefined,
      parse,
      onDone: ({move, ...result}) => {
        this.#editedCell = undefined;
        if ('value' in result) this.#set(cell, result.value);
        this.#refresh(rowId, id);
        if (move !== 'away') this.#focus.moveFrom(cell, move);
        if (this.#isRenderDue) this.#render();
      },
    });
  }

  #set(cell, value) {
    const place = [TABLE, rowIdOf(cell), cell.dataset.column];
    if (!this.#store.hasRow(...place.slice(0, 2))) return; // Gone meanwhile, in another tab.
    if (value === undefined) this.#store.delCell(...place);
    else this.#store.setCell(...place, value);
  }
}

/** Editing one cell in place. */
import {element} from './elements.js';

/** Which way the focus goes when a key has ended the editing. */
const MOVES = {Enter: 'down', Tab: 'next', Escape: 'stay'};

/**
 * Puts a text field into `cell`, until it is left.
 * @param text What it holds at first.
 * @param isSelected Whether that is selected, so that typing replaces it.
 * @param parse Makes a value of the text; throws if that is none, and says why.
 * @param onDone Called once with `{move}`, and with `value` too unless the editing was taken back.
 */
export const editCell = (cell, {label, text, isSelected, parse, onDone}) => {
  const field = element('input', {type: 'text', className: 'editor', value: text});
  field.ariaLabel = label;
  let isDone = false;

  const finish = (move, result = {}) => {
    if (isDone) return;
    isDone = true;
    onDone({move, ...result});
  };

  const commit = (move) => {
    try {
      finish(move, {value: parse(field.value)});
    } catch (error) {
      if (move === 'away') return finish(move);
      field.setCustomValidity(error.message);
      field.reportValidity();
    }
  };

  field.addEventListener('input', () => field.setCustomValidity(''));
  field.addEventListener('keydown', (event) => {
    event.stopPropagation();
    const {key, shiftKey, isComposing} = event;
    if (!(key in MOVES) || isComposing) return;
    event.preventDefault();
    if (key === 'Escape') finish('stay');
    else commit(key === 'Tab' && shiftKey ? 'previous' : MOVES[key]);
  });
  field.addEventListener('blur', () => commit('away'));
  field.addEventListener('click', (event) => event.stopPropagation());

  cell.replaceChildren(field);
  field.focus();
  if (isSelected) field.select();
};

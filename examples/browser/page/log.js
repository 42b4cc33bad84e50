/** What happened, newest first. */
import {byId, element, formatTime} from './elements.js';

const MOST = 40;

/** @param mood `bad` for what went wrong, `good` for what was put right. */
export const log = (text, mood = 'plain') => {
  const list = byId('log');
  const newest = list.firstElementChild;
  const isRepeated = newest?.dataset.text === text;
  const times = isRepeated ? Number(newest.dataset.times) + 1 : 1;
  if (isRepeated) newest.remove();
  const time = element('time', {}, formatTime(Date.now()));
  const entry = element('li', {dataset: {mood, text, times}}, time, ` ${text}`);
  if (isRepeated) entry.append(` ×${times}`);
  list.prepend(entry);
  while (list.children.length > MOST) list.lastElementChild.remove();
};

export const logFailure = (error) => {
  console.error(error);
  log(error.message, 'bad');
};

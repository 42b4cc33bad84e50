/** What the state of a persister means to somebody who has never heard of persisters. */
import {formatCount, formatTime} from './elements.js';

const REASONS = {
  QUOTA: 'is full',
  UNAVAILABLE: 'cannot be reached',
  TIMEOUT: 'did not answer in time',
  DENIED: 'refuses',
  UNREADABLE: 'holds something that cannot be read',
};

/**
 * @returns `mood` (`good`, `busy`, `waiting` or `bad`), a `headline`, a `detail`, and the `actions` that make sense:
 *   `retry`, `discard`, and `overwrite` where nothing is kept of what is discarded.
 */
export const describeState = (state, {label, subject = label, setsAside = true}) => {
  const {load, pending, saving, lastError, lastSavedAt, blocked} = state;
  const changes = formatCount(pending, 'change');
  const reason = `${subject} ${REASONS[lastError?.code] ?? 'has failed'}`;

  if (lastError?.phase === 'load') {
    const isUnreadable = lastError.code === 'UNREADABLE';
    return {
      mood: 'bad',
      headline: `${reason}.`,
      detail: isUnreadable
        ? 'So nothing is written over it. The table stays in memory, and is saved when it can be.'
        : 'So nothing is written yet. The table stays in memory, and is saved when it can be.',
      actions: isUnreadable ? ['retry', setsAside ? 'discard' : 'overwrite'] : ['retry'],
    };
  }
  if (lastError?.phase === 'save' && pending > 0) {
    return {
      mood: blocked ? 'bad' : 'waiting',
      headline: `${reason}. ${changes} kept in memory.`,
      detail: blocked ? 'Saving has stopped until you try again.' : '',
      actions: ['retry'],
    };
  }
  if (lastError) {
    const detail = lastError.message;
    return {mood: 'waiting', headline: `${reason}.`, detail, actions: ['retry']};
  }
  if (load === 'none' || load === 'loading') {
    return {mood: 'busy', headline: `Opening ${label}…`, detail: '', actions: []};
  }
  if (saving || pending > 0) {
    return {mood: 'busy', headline: `Saving ${changes}…`, detail: '', actions: []};
  }
  return {
    mood: 'good',
    headline: 'Everything is saved.',
    detail: lastSavedAt ? `Last at ${formatTime(lastSavedAt)}.` : 'No edits in this tab yet.',
    actions: [],
  };
};

/** Shows the state of the persister: in a sentence with what can be done about it, and in figures. */
import {describeState} from './describe-state.js';
import {button, byId, element, formatTime} from './elements.js';

const ACTIONS = {
  retry: ['Try again now', (persister) => persister.retry()],
  discard: ['Set it aside and save this table', (persister) => persister.discardPersisted()],
  overwrite: ['Write this table over it', (persister) => persister.discardPersisted()],
};

/** @param sentence As `describeState` returns it. */
export const showSentence = ({mood, headline, detail}) => {
  byId('status').dataset.mood = mood;
  byId('status-headline').textContent = headline;
  byId('status-detail').textContent = detail;
};

export class StatusView {
  #keeper;
  #mood = 'busy';

  constructor(keeper) {
    this.#keeper = keeper;
    // For what only time changes: how long until the next attempt.
    setInterval(() => this.#showNextRetry(), 1_000);
  }

  show(state) {
    const {actions, ...sentence} = describeState(state, this.#keeper.storage);
    showSentence(sentence);
    this.#showActions(actions);
    this.#announce(sentence);
    this.#showFacts(state);
  }

  /** Buttons stay as they are while they are the same ones, so that they keep the focus. */
  #showActions(actions) {
    const box = byId('status-actions');
    if (box.dataset.actions === String(actions)) return;
    const hadFocus = box.contains(document.activeElement);
    box.dataset.actions = String(actions);
    box.replaceChildren(
      ...actions.map((action) => {
        const [label, run] = ACTIONS[action];
        return button(label, () => void run(this.#keeper.persister));
      }),
    );
    if (hadFocus) (box.querySelector('button') ?? byId('status')).focus();
  }

  /** Screen readers are told when things take a turn, not of each save. */
  #announce({mood, headline}) {
    if (mood === 'busy' || mood === this.#mood) return;
    this.#mood = mood;
    byId('announcer').textContent = headline;
  }

  #showFacts({load, pending, saving, lastSavedAt, lastError, blocked}) {
    const facts = [
      ['load', load],
      ['pending', pending.toLocaleString('en')],
      ['saving', saving ? 'yes' : 'no'],
      ['lastSavedAt', lastSavedAt ? formatTime(lastSavedAt) : 'not yet'],
      ['lastError', lastError ? `${lastError.code}: ${lastError.message}` : 'none'],
      ['nextRetryAt', ''],
      ['blocked', blocked ? 'yes' : 'no'],
    ];
    byId('state').replaceChildren(
      ...facts.map(([name, value]) =>
        element(
          'div',
          {dataset: {fact: name}},
          element('dt', {}, element('code', {}, name)),
          element('dd', {}, value),
        ),
      ),
    );
    this.#showNextRetry();
  }

  #showNextRetry() {
    const dueAt = this.#keeper.persister?.getState().nextRetryAt;
    const seconds = Math.max(0, Math.ceil((dueAt - Date.now()) / 1_000));
    const text = dueAt === undefined ? '' : `in ${seconds} s`;
    byId('status-retry').textContent = text && `Next try ${text}.`;
    const value = byId('state').querySelector('[data-fact=nextRetryAt] dd');
    if (value) value.textContent = text || 'none';
  }
}

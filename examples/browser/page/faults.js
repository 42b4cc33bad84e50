/** The buttons that break things, and put them right. */
import {button, byId, element} from './elements.js';
import {editUntilKilled} from './kill.js';
import {log, logFailure} from './log.js';

/**
 * Faults that come and go. The first label and sentence are for when there is none; `explain` says what it
 * does to a storage, or returns `undefined` for one that cannot have it.
 */
const faults = {
  offline: {
    labels: ['Go offline', 'Go online'],
    said: ['This tab is online', 'This tab is offline: edit something, here and elsewhere'],
    explain: ({canGoOffline}) => canGoOffline,
    impossible: 'Only the server needs a network.',
    turn: ({storage}, isOn) => storage.setOffline(isOn),
  },
  full: {
    labels: ['Fill the storage', 'Make room'],
    said: ['There is room again', 'The storage is full: edit something'],
    explain: ({canFill}) => canFill,
    turn: async ({storage, persister}, isOn) => {
      await storage.setFull(isOn);
      if (!isOn) await persister.retry();
    },
  },
  damage: {
    labels: ['Damage what is stored', 'Mend it'],
    said: ['What was stored is whole again', 'What is stored has been damaged'],
    explain: ({damages}) => damages,
    turn: async ({storage, persister}, isOn) => {
      await (isOn ? storage.damage() : storage.mend());
      await (isOn ? persister.load() : persister.retry());
    },
  },
};

const KILL = [
  'Kill this tab',
  'Makes edits one after the other and, in the midst of it, reloads without a last word.',
];

export class FaultButtons {
  #keeper;
  #present = new Set();

  constructor(keeper) {
    this.#keeper = keeper;
    const kill = this.#makeItem('kill', () => editUntilKilled(keeper));
    const items = Object.keys(faults).map((id) => this.#makeItem(id, () => this.#toggle(id)));
    byId('faults').append(...items, kill);
    [byId('kill').textContent, byId('kill-about').textContent] = KILL;
  }

  /** Fits the buttons to the storage that has been opened. */
  fit() {
    const {storage} = this.#keeper;
    this.#present = new Set();
    if (storage.isFull()) this.#present.add('full');
    if (storage.isOffline?.()) this.#present.add('offline');
    for (const id of Object.keys(faults)) this.#show(id);
  }

  /** Ends the faults of a storage that is about to be left. */
  async end() {
    for (const id of this.#present) await this.#toggle(id);
  }

  /** What was damaged has been given up, or mended in another tab. */
  noteReadable() {
    if (this.#present.delete('damage')) this.#show('damage');
  }

  #makeItem(id, onclick) {
    const trigger = button('', () => void onclick().catch(logFailure));
    trigger.id = id;
    trigger.setAttribute('aria-describedby', `${id}-about`);
    return element('li', {}, trigger, element('p', {id: `${id}-about`}));
  }

  async #toggle(id) {
    const isOn = !this.#present.has(id);
    await faults[id].turn(this.#keeper, isOn);
    if (isOn) this.#present.add(id);
    else this.#present.delete(id);
    log(faults[id].said[Number(isOn)], isOn ? 'bad' : 'good');
    this.#show(id);
  }

  #show(id) {
    const {labels, explain, impossible} = faults[id];
    const about = explain(this.#keeper.storage);
    const isOn = this.#present.has(id);
    const trigger = byId(id);
    trigger.textContent = labels[Number(isOn)];
    trigger.disabled = about === undefined;
    trigger.classList.toggle('present', isOn);
    byId(`${id}-about`).textContent = about ?? impossible;
  }
}

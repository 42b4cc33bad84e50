/** Puts the page together. How the library is used is in keeper.js and storages/; the rest is the page. */
import {CostView} from './cost.js';
import {byId, formatBytes, formatCount} from './elements.js';
import {FaultButtons} from './faults.js';
import {Grid} from './grid.js';
import {Keeper} from './keeper.js';
import {inspectRemains} from './kill.js';
import {log, logFailure} from './log.js';
import {notifyKilled, notifySetAside} from './notices.js';
import {showSentence, StatusView} from './status.js';
import {chosenStorage, showChoice, showPicker} from './storage-picker.js';

const fetchJson = async (path) => {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`The server answered ${response.status} to ${path}`);
  return response.json();
};

const start = async () => {
  const keeper = new Keeper(await fetchJson('/cities.json'), {
    onState: (state) => {
      status.show(state);
      const bytes = cost.count(state);
      if (bytes) log(`Saved ${formatBytes(bytes)}`);
      if (state.lastError?.phase !== 'load') faults.noteReadable();
    },
    onError: (error) => {
      log(`${error.code}: ${error.message}`, 'bad');
      if (error.setAsideAs) showSetAside(error.setAsideAs).catch(logFailure);
    },
    onForeignChanges: (changes) => {
      for (const [rowId, cellId] of changes) grid.flash(rowId, cellId);
      const [[rowId, cellId]] = changes;
      const place = keeper.store.getCell('places', rowId, 'name');
      log(
        changes.length === 1
          ? `Another tab changed ${place}: ${cellId}`
          : `Another tab changed ${formatCount(changes.length, 'cell')}`,
      );
    },
  });
  const status = new StatusView(keeper);
  const cost = new CostView(keeper.store);
  const grid = new Grid(keeper.store);
  const faults = new FaultButtons(keeper);

  const showSetAside = async (name) =>
    notifySetAside(name, await keeper.storage.readSetAside(name));

  const open = async (storage) => {
    showChoice(storage);
    cost.reset();
    try {
      await keeper.open(storage);
    } catch (error) {
      const headline = `${storage.label} cannot be used here. Pick another one.`;
      showSentence({mood: 'bad', headline, detail: error.message});
      throw error;
    }
    faults.fit();
  };

  const choose = async (storage) => {
    const {pending = 0} = keeper.persister?.getState() ?? {};
    const question = `${formatCount(pending, 'change')} not saved yet. Leave them behind?`;
    if (pending > 0 && !confirm(question)) {
      showChoice(keeper.storage);
      return;
    }
    await faults.end();
    await open(storage);
  };

  const addMore = async () => {
    const places = await fetchJson('/more-places.json');
    keeper.store.transaction(() => {
      for (const [rowId, cells] of places) keeper.store.setRow('places', rowId, cells);
    });
    log(`Added ${formatCount(places.length, 'place')}`);
  };

  const startAfresh = async () => {
    await faults.end();
    await keeper.startAfresh();
    cost.reset();
    faults.fit();
    log('Started afresh');
  };

  byId('add-more').addEventListener('click', () => void addMore().catch(logFailure));
  byId('start-afresh').addEventListener('click', () => void startAfresh().catch(logFailure));
  showPicker((storage) => void choose(storage).catch(logFailure));
  await open(chosenStorage());
  // Where nothing can be read, nothing can be said yet of what is left.
  const isRead = keeper.persister.getState().lastError?.phase !== 'load';
  const remains = isRead ? inspectRemains(keeper.store) : undefined;
  if (remains) notifyKilled(remains);
  document.documentElement.dataset.ready = '';
};

start().catch((error) => {
  showSentence({mood: 'bad', headline: 'The page could not start.', detail: error.message});
  throw error;
});

/** OPFS, the private file system of an origin. */
import {createOpfsPersister} from 'cellar/persisters/persister-opfs';
import {setFull, unmetered} from '../platform.js';
import {clearLeftBehind, NAME} from './names.js';

const FILE = `${NAME}.json`;

const findRoot = () => navigator.storage.getDirectory();
const findFile = async () => (await findRoot()).getFileHandle(FILE, {create: true});

const overwrite = async (content) => {
  const stream = await (await findFile()).createWritable();
  await unmetered(() => stream.write(content));
  await stream.close();
};

let intact;
let isFull = false;

export const opfsDemo = {
  id: 'opfs',
  label: 'OPFS',
  about: 'A file in the private file system of this origin, which all tabs share.',
  lacks: () => (navigator.storage?.getDirectory ? undefined : 'This browser has none here.'),
  createPersister: async (store, options) => createOpfsPersister(store, await findFile(), options),
  canFill: 'Pretended: this tab is told that there is no room left.',
  setFull: (full) => setFull((isFull = full)),
  isFull: () => isFull,
  damages: 'Cuts the file in half, as a program does that crashes, and reads it again.',
  damage: async () => {
    const file = await (await findFile()).getFile();
    intact = await file.arrayBuffer();
    await overwrite(intact.slice(0, intact.byteLength / 2));
  },
  mend: () => overwrite(intact),
  readSetAside: async (name) =>
    (await (await (await findRoot()).getFileHandle(name)).getFile()).text(),
  clear: async () => {
    const root = await findRoot();
    for await (const name of root.keys()) {
      if (name.startsWith(NAME)) await root.removeEntry(name);
    }
    clearLeftBehind('opfs');
  },
};

/** Keeps a store in a file and on a server, reads it back, and exits with 1 if anything is amiss. */
import {deepStrictEqual, strictEqual} from 'node:assert';
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createFilePersister} from '../../dist/persisters/file/index.js';
import {createRemotePersister} from '../../dist/persisters/remote/index.js';
import {createStore} from '../../dist/store/index.js';

const folder = mkdtempSync(join(tmpdir(), 'cellar-runtime-'));
const path = join(folder, 'pets.json');

const readBack = async (createPersister) => {
  const store = createStore();
  const persister = createPersister(store);
  await persister.load();
  const content = JSON.parse(store.getJson());
  await persister.destroy();
  return content;
};

const store = createStore();
const persister = createFilePersister(store, path, {journalThresholdBytes: 100});
await persister.startAutoPersisting([{pets: {fido: {species: 'dog', about: 'x'.repeat(200)}}}, {}]);
store.setCell('pets', 'fido', 'tags', ['good']).setValue('open', true);
await persister.whenSaved();
deepStrictEqual(readdirSync(folder).sort(), ['pets.json', 'pets.json.journal']);
const content = JSON.parse(store.getJson());
deepStrictEqual(await readBack((other) => createFilePersister(other, path)), content);

// What another process writes is seen.
await persister.stopAutoSave();
const seen = new Promise((resolve) => store.addValueListener('open', resolve));
await persister.save();
writeFileSync(path, '[{"pets":{"felix":{"species":"cat"}}},{"open":false}]');
await seen;
strictEqual(store.getCell('pets', 'felix', 'species'), 'cat');
await persister.destroy();
deepStrictEqual(readdirSync(folder), ['pets.json']);

let served = '';
const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(served === '' ? 404 : 200, {etag: `"${served.length}"`}).end(served);
    return;
  }
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    served = Buffer.concat(chunks).toString();
    response.writeHead(204).end();
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}/`;
const remote = createRemotePersister(store, url, url, 60);
await remote.startAutoPersisting();
await remote.whenSaved();
await remote.destroy();
deepStrictEqual(
  await readBack((other) => createRemotePersister(other, url, url)),
  JSON.parse(store.getJson()),
);
server.closeAllConnections?.();
server.close();
rmSync(folder, {recursive: true});
console.log('kept');

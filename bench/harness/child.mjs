/** A fresh process that measures one contender in one case once, and sends the figures home. */
import {openLibrary} from './library.mjs';

const [caseFile, contender, size, folder] = process.argv.slice(2);
const {bench} = await import(caseFile);
const task = {size: Number(size), folder};
const measure = {limit: bench.measureLimit, ...bench.measurePeers}[contender];
const figures = measure
  ? await measure(task)
  : await bench.measureLibrary({...task, library: openLibrary(contender)});
// The process leaves at once: what a contender may still have running is not waited for.
process.send(figures, () => process.exit(0));

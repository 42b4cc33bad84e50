/** The least that sends content to a server. The text is ready, so that only sending it is measured. */
import {makeTables} from '../harness/data.mjs';
import {check, timed} from './measure.mjs';

let text;

export const makeText = (size) => {
  text = JSON.stringify([makeTables(size), {}]);
};

export const send = () =>
  timed(async () => {
    const response = await fetch('/content', {method: 'POST', body: text});
    check(response.ok, `the server answered ${response.status}`);
  });

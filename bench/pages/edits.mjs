/** The edits that cases make: each of one cell, of a row that no other of them touches. */
import {makeRowId} from '../harness/data.mjs';

/** A prime, so that edits are scattered over all rows and each row is met once. */
const STEP = 7_919;

export const editedRowId = (size, index) => makeRowId((index * STEP) % size);

/** No other cell holds such a number. */
export const markOf = (index) => 7_000_000 + index;

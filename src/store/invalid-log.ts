/** What could not be written in a transaction, in order, by the place that it was meant for. */
import {decodeCell} from './cell-encoding.ts';
import type {EncodedCell} from './internals.ts';
import type {Id} from './types.ts';
import type {InvalidListener} from './writer.ts';

type PlaceId = Id | undefined;

const childOf = <Key, Child>(map: Map<Key, Child>, key: Key, create: () => Child): Child => {
  let child = map.get(key);
  if (child === undefined) map.set(key, (child = create()));
  return child;
};

export class InvalidLog implements InvalidListener {
  readonly cells: Map<PlaceId, Map<PlaceId, Map<PlaceId, unknown[]>>> = new Map();
  readonly values: Map<PlaceId, unknown[]> = new Map();

  cell(tableId: PlaceId, rowId: PlaceId, cellId: PlaceId, cell: unknown): void {
    const rows = childOf(this.cells, tableId, () => new Map<PlaceId, Map<PlaceId, unknown[]>>());
    const cells = childOf(rows, rowId, () => new Map<PlaceId, unknown[]>());
    childOf(cells, cellId, () => []).push(decodeInvalid(cell));
  }

  value(valueId: PlaceId, value: unknown): void {
    childOf(this.values, valueId, () => []).push(decodeInvalid(value));
  }
}

/** Stored cells that the schema does not admit are shown decoded, if they are cells at all. */
const decodeInvalid = (cell: unknown): unknown => {
  try {
    return decodeCell(cell as EncodedCell | undefined);
  } catch (error) {
    if (error instanceof SyntaxError) return cell;
    throw error;
  }
};

/** What could not be written in a transaction, in order, by the place that it was meant for. */
import type {Id} from './types.ts';

type PlaceId = Id | undefined;

const childOf = <Key, Child>(map: Map<Key, Child>, key: Key, create: () => Child): Child => {
  let child = map.get(key);
  if (child === undefined) map.set(key, (child = create()));
  return child;
};

export class InvalidLog {
  readonly cells: Map<PlaceId, Map<PlaceId, Map<PlaceId, unknown[]>>> = new Map();
  readonly values: Map<PlaceId, unknown[]> = new Map();

  addCell(tableId: PlaceId, rowId: PlaceId, cellId: PlaceId, cell: unknown): void {
    const rows = childOf(this.cells, tableId, () => new Map<PlaceId, Map<PlaceId, unknown[]>>());
    const cells = childOf(rows, rowId, () => new Map<PlaceId, unknown[]>());
    childOf(cells, cellId, () => []).push(cell);
  }

  addValue(valueId: PlaceId, value: unknown): void {
    childOf(this.values, valueId, () => []).push(value);
  }
}

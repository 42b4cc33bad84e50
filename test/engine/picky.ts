/** A storage that refuses some rows and values for good, and stores all others. */
import {PersisterError, type StorageAdapter} from '../../src/persisters/index.ts';
import type {EncodedChanges, EncodedContent} from '../../src/store/internals.ts';
import {altered} from './broken-adapters.ts';

type Cells = Record<string, unknown>;
type Rows = Record<string, Cells | undefined>;

/** @param refuses Is asked of each row by its id, and of each value as if it were a row with that cell alone. */
export const picky = (
  adapter: StorageAdapter,
  refuses: (id: string, cells: Cells) => boolean,
): StorageAdapter => {
  const details = {phase: 'save', storage: adapter.name, retriable: false} as const;
  /** Takes what is refused out of it. */
  const pick = ([tables, values]: EncodedContent | EncodedChanges): PersisterError[] => {
    const denied: PersisterError[] = [];
    const deny = (place: {tableId: string; rowId: string} | {valueId: string}): void => {
      denied.push(new PersisterError('DENIED', 'bad', {...details, ...place}));
    };
    for (const [tableId, rows] of Object.entries(tables as Record<string, Rows | undefined>)) {
      for (const [rowId, row] of Object.entries(rows ?? {})) {
        if (!row || !refuses(rowId, row)) continue;
        delete rows?.[rowId];
        deny({tableId, rowId});
      }
    }
    for (const [valueId, value] of Object.entries(values)) {
      if (value === undefined || !refuses(valueId, {[valueId]: value})) continue;
      Reflect.deleteProperty(values, valueId);
      deny({valueId});
    }
    return denied;
  };
  const tell = (denied: PersisterError[]): void => {
    if (denied.length > 0) throw new PersisterError('DENIED', 'bad', {...details, denied});
  };
  return altered(adapter, {
    write: async (getContent, signal) => {
      let denied: PersisterError[] = [];
      const get = (): EncodedContent => {
        const content = structuredClone(getContent());
        denied = pick(content);
        return content;
      };
      await adapter.write(Object.assign(get, {holdsMore: getContent.holdsMore}), signal);
      tell(denied);
    },
    writeChanges: async (changes, getContent, signal) => {
      const rest = structuredClone(changes);
      const denied = pick(rest);
      await adapter.writeChanges?.(rest, getContent, signal);
      tell(denied);
    },
  });
};

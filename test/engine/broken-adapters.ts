/** Adapters that break the contract, each in one way, for the test of the suite that must notice. */
import type {GetContent, StorageAdapter} from '../../src/persisters/index.ts';
import type {EncodedChanges, EncodedContent} from '../../src/store/internals.ts';
import {memoryStorage} from '../../src/testing/index.ts';
import {turn} from '../../src/testing/waiting.ts';

export type Break = (adapter: StorageAdapter) => StorageAdapter;

const {signal} = new AbortController();

/** The same adapter, some methods replaced. */
export const altered = (
  adapter: StorageAdapter,
  methods: Partial<StorageAdapter>,
): StorageAdapter => {
  const {name, read, write, writeChanges, watch, setAside, carry, close} = adapter;
  return {
    name,
    read: read.bind(adapter),
    write: write.bind(adapter),
    ...(writeChanges ? {writeChanges: writeChanges.bind(adapter)} : {}),
    ...(watch ? {watch: watch.bind(adapter)} : {}),
    ...(setAside ? {setAside: setAside.bind(adapter)} : {}),
    ...(carry ? {carry: carry.bind(adapter)} : {}),
    ...(close ? {close: close.bind(adapter)} : {}),
    ...methods,
  };
};

const constant = (content: EncodedContent): GetContent =>
  Object.assign(() => content, {holdsMore: true});

/** Both writing methods, wrapped. */
const alterWrites = (
  adapter: StorageAdapter,
  wrap: (write: () => Promise<void>) => Promise<void>,
): StorageAdapter =>
  altered(adapter, {
    write: (getContent) => wrap(() => adapter.write(getContent, signal)),
    writeChanges: (changes, getContent) =>
      wrap(async () => adapter.writeChanges?.(changes, getContent, signal)),
  });

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

export const takesUnreadableForEmpty: Break = (adapter) =>
  altered(adapter, {
    read: async () => {
      try {
        return await adapter.read(signal);
      } catch (error) {
        if (isCode(error, 'UNREADABLE')) return undefined;
        throw error;
      }
    },
  });

export const takesFailureForEmpty: Break = (adapter) =>
  altered(adapter, {read: () => adapter.read(signal).catch(() => undefined)});

export const takesEmptyForContent: Break = (adapter) =>
  altered(adapter, {read: async () => (await adapter.read(signal)) ?? [{}, {}]});

export const mergesInsteadOfReplacing: Break = (adapter) =>
  altered(adapter, {
    write: async (getContent) => {
      const [tables, values] = structuredClone(getContent());
      const [oldTables, oldValues] = ((await adapter.read(signal)) ?? [{}, {}]) as EncodedContent;
      for (const [tableId, table] of Object.entries(oldTables)) {
        tables[tableId] = {...table, ...tables[tableId]};
      }
      await adapter.write(constant([tables, {...oldValues, ...values}]), signal);
    },
  });

export const skipsEmptyContent: Break = (adapter) =>
  altered(adapter, {
    write: async (getContent) => {
      const [tables, values] = getContent();
      const count = Object.keys(tables).length + Object.keys(values).length;
      if (count > 0) await adapter.write(getContent, signal);
    },
  });

export const dropsDeletions: Break = (adapter) =>
  altered(adapter, {
    writeChanges: async ([tables, values], getContent) => {
      const kept = JSON.parse(JSON.stringify([tables, values, 1])) as EncodedChanges;
      await adapter.writeChanges?.(kept, getContent, signal);
    },
  });

export const swallowsFailedWrites: Break = (adapter) =>
  alterWrites(adapter, async (write) => {
    try {
      await write();
    } catch (error) {
      if (isCode(error, 'CONFLICT')) throw error;
    }
  });

export const acknowledgesTooSoon: Break = (adapter) =>
  alterWrites(adapter, async (write) => {
    await Promise.race([turn().then(write), Promise.resolve()]);
  });

export const overwritesWhatOthersWrote: Break = (adapter) =>
  altered(adapter, {
    write: async (getContent) => {
      await adapter.read(signal);
      await adapter.write(getContent, signal);
    },
    writeChanges: async (_changes, getContent) => {
      await adapter.read(signal);
      await adapter.write(getContent, signal);
    },
  });

export const hidesTheirChanges: Break = (adapter) =>
  alterWrites(adapter, async (write) => {
    try {
      await write();
    } catch (error) {
      if (isCode(error, 'CONFLICT')) Object.assign(error as object, {changes: []});
      throw error;
    }
  });

/** With a row that is refused, everything goes. */
export const losesTheRest: Break = (adapter) =>
  alterWrites(adapter, async (write) => {
    try {
      await write();
    } catch (error) {
      if (isCode(error, 'DENIED')) await adapter.write(constant([{}, {}]), signal);
      throw error;
    }
  });

export const namesNoRow: Break = (adapter) =>
  alterWrites(adapter, async (write) => {
    try {
      await write();
    } catch (error) {
      if (isCode(error, 'DENIED')) Object.assign(error as object, {denied: undefined});
      throw error;
    }
  });

export const hearsItself: Break = (adapter) => {
  let hear: ((change?: EncodedChanges) => void) | undefined;
  return {
    ...alterWrites(adapter, async (write) => {
      await write();
      hear?.();
    }),
    watch: async (onChange, onError) => {
      hear = onChange;
      const stop = await adapter.watch?.(onChange, onError);
      return async () => {
        hear = undefined;
        await stop?.();
      };
    },
  };
};

export const isDeaf: Break = (adapter) =>
  altered(adapter, {watch: () => Promise.resolve(() => undefined)});

export const hearsForEver: Break = (adapter) =>
  altered(adapter, {
    watch: async (onChange, onError) => {
      await adapter.watch?.(onChange, onError);
      return () => undefined;
    },
  });

export const tellsSomethingElse: Break = (adapter) =>
  altered(adapter, {
    watch: async (onChange, onError) =>
      (await adapter.watch?.(() => onChange([{}, {wrong: 1}]), onError)) ?? ((): void => undefined),
  });

export const rewritesEverything: Break = (adapter) =>
  altered(adapter, {writeChanges: (_changes, getContent) => adapter.write(getContent, signal)});

export const ignoresChanges: Break = (adapter) =>
  altered(adapter, {writeChanges: () => Promise.resolve()});

export const throwsEvidenceAway: Break = (adapter) =>
  altered(adapter, {
    setAside: async () => {
      await adapter.write(constant([{}, {}]), signal);
      return 'nowhere';
    },
  });

export const clearsBeforeItWrites: Break = (adapter) =>
  altered(adapter, {
    write: async (getContent) => {
      await adapter.read(signal);
      await adapter.write(constant([{}, {}]), signal);
      await turn();
      await adapter.write(getContent, signal);
    },
  });

export const losesTypes: Break = (adapter) =>
  altered(adapter, {
    read: async () => {
      const content = await adapter.read(signal);
      if (content === undefined) return undefined;
      const toNumber = (_key: string, cell: unknown): unknown =>
        typeof cell === 'boolean' ? Number(cell) : cell;
      return JSON.parse(JSON.stringify(content, toNumber)) as unknown;
    },
  });

export const assignsIds: Break = (adapter) =>
  altered(adapter, {
    read: async () => {
      const content = (await adapter.read(signal)) as EncodedContent | undefined;
      if (!content) return undefined;
      const assigned: Record<string, unknown> = {};
      for (const [id, value] of Object.entries(content[1])) assigned[id.trim()] = value;
      return [content[0], assigned];
    },
  });

export const truncates: Break = (adapter) =>
  altered(adapter, {
    read: async () => {
      const content = (await adapter.read(signal)) as EncodedContent | undefined;
      if (!content) return undefined;
      const [tables, values] = content;
      const page: EncodedContent[0] = {};
      for (const [id, table] of Object.entries(tables)) {
        page[id] = Object.fromEntries(Object.entries(table).slice(0, 1_000));
      }
      return [page, values];
    },
  });

export const handsOutTheSame: Break = (adapter) => {
  let known: unknown;
  return altered(adapter, {
    read: async () => (known ??= await adapter.read(signal)),
    write: async (getContent) => {
      known = undefined;
      await adapter.write(getContent, signal);
    },
  });
};

export const createsByReading: Break = (adapter) =>
  altered(adapter, {
    read: async () => {
      const content = await adapter.read(signal);
      if (content === undefined) await adapter.write(constant([{}, {}]), signal);
      return content;
    },
  });

/** Everything is stored at one place. */
export const ignoresPlace = (): Break => {
  const storage = memoryStorage();
  return () => storage.open('the same');
};

export const hasNoName: Break = (adapter) => altered(adapter, {name: ''});

export const cannotBeClosed: Break = (adapter) =>
  altered(adapter, {
    close: async () => {
      await adapter.read(signal);
      await adapter.write(constant([{}, {}]), signal);
    },
  });

export const lacksACapability: Break = (adapter) => {
  const {name, read, write} = altered(adapter, {});
  return {name, read, write};
};

/** Starts to read while it writes. */
export const overlaps: Break = (adapter) =>
  alterWrites(adapter, async (write) => {
    const writing = write();
    await Promise.allSettled([writing, adapter.read(signal)]);
    await writing;
  });

export const carriesNothing: Break = (adapter) => altered(adapter, {carry: () => undefined});

export const carriesNotWhatIsInFlight: Break = (adapter) =>
  altered(adapter, {carry: (changes) => adapter.carry?.(changes)});

export const carriesForEver: Break = (adapter) =>
  altered(adapter, {
    carry: (changes, inFlight) => {
      if (changes) adapter.carry?.(changes, inFlight);
    },
  });

/** What it has handed on, it carries still. */
export const carriesTwice = (): Break => {
  let carryAgain = (): void => undefined;
  return (adapter) =>
    altered(adapter, {
      carry: (changes, inFlight) => {
        const carry = (): void => adapter.carry?.(changes, inFlight);
        carryAgain = changes ? carry : (): void => undefined;
        carry();
      },
      read: async () => {
        const content = await adapter.read(signal);
        carryAgain();
        return content;
      },
    });
};

/** It makes no difference between what a write has taken and what waits. */
export const carriesWhatHasBeenWritten: Break = (adapter) =>
  altered(adapter, {
    carry: (changes, inFlight) => {
      const isAll = changes && inFlight && Object.keys(changes[0]).length === 0;
      adapter.carry?.(
        isAll ? [inFlight[0], {...inFlight[1], ...changes[1]}, 1] : changes,
        isAll ? undefined : inFlight,
      );
    },
  });

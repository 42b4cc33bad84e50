/** What runs in the tabs of `opfs.test.ts`. */
import {createOpfsPersister} from '../../src/persisters/opfs/index.ts';
import {exposeStore} from './exposed-store.ts';

/** Whether this tab holds a lock. */
let isInside = false;
/** While this is so, the tab stops at the last step before it commits what it writes. */
let isHeld = false;

const {locks} = navigator;
const request = locks.request.bind(locks) as (
  name: string,
  options: LockOptions,
  work: () => Promise<unknown>,
) => Promise<unknown>;
Object.defineProperty(locks, 'request', {
  value: (name: string, options: LockOptions, work: () => Promise<unknown>) =>
    request(name, options, async () => {
      isInside = options.steal !== true;
      try {
        return await work();
      } finally {
        isInside = false;
      }
    }),
});

const letGo = async (): Promise<void> => {
  const isStillHeld = (): boolean => isHeld;
  if (!isInside || !isHeld) return;
  console.log('inside');
  while (isStillHeld()) await new Promise((resolve) => setTimeout(resolve, 10));
};

/** Has a method wait, if it is called while this tab holds a lock and is to be held. */
const holdIn = (prototype: object, name: string): void => {
  const method = Reflect.get(prototype, name) as (...args: unknown[]) => Promise<unknown>;
  const holding = {
    async method(...args: unknown[]): Promise<unknown> {
      await letGo();
      return method.apply(this, args);
    },
  };
  Object.defineProperty(prototype, name, {value: holding.method});
};
holdIn(FileSystemFileHandle.prototype, 'getFile');
holdIn(FileSystemWritableFileStream.prototype, 'write');

const findFolder = async (): Promise<FileSystemDirectoryHandle> =>
  (await navigator.storage.getDirectory()).getDirectoryHandle('folder', {create: true});

exposeStore(
  async (store, options) => {
    const handle = await (await findFolder()).getFileHandle('pets.json', {create: true});
    return createOpfsPersister(store, handle, options);
  },
  {
    setHeld: (isNowHeld: boolean): void => {
      isHeld = isNowHeld;
    },
  },
);

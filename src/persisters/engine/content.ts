/** The shape of stored content: recognizing it, and applying a difference to it. */
import type {EncodedChanges, EncodedContent} from '../../store/internals.ts';

type Branch = Record<string, unknown>;

const isBranch = (data: unknown): data is Branch =>
  typeof data === 'object' && data !== null && !Array.isArray(data);

const isBranchOfBranches = (data: unknown): boolean =>
  isBranch(data) && Object.values(data).every(isBranch);

/**
 * Content as it was read, in the current form, or `undefined` if it is none. Older forms are carried
 * over: bare tables, and tables without values. Looks no deeper than at tables: a row or cell that is no
 * good is refused by the store, and kept, without making the rest unreadable.
 */
export const toContent = (data: unknown): EncodedContent | undefined => {
  if (Array.isArray(data)) {
    const [tables, values = {}] = data as unknown[];
    return data.length > 0 && data.length < 3 && isBranchOfBranches(tables) && isBranch(values)
      ? ([tables, values] as EncodedContent)
      : undefined;
  }
  return isBranchOfBranches(data) && Object.values(data as Branch).every(isBranchOfBranches)
    ? ([data, {}] as EncodedContent)
    : undefined;
};

/** Whether `data` is a difference rather than whole content: it says so in its third element. */
export const isChanges = (data: unknown): data is EncodedChanges =>
  Array.isArray(data) &&
  data.length === 3 &&
  data[2] === 1 &&
  isBranch(data[0]) &&
  isBranch(data[1]);

/** Sets an own property, also one named `__proto__`. */
export const setOwn = (branch: object, id: string, value: unknown): void => {
  if (id === '__proto__') {
    Object.defineProperty(branch, id, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  } else {
    (branch as Branch)[id] = value;
  }
};

/** The own property `id`, or `undefined`. */
export const getOwn = <Value>(branch: Record<string, Value>, id: string): Value | undefined =>
  Object.hasOwn(branch, id) ? branch[id] : undefined;

const isEmpty = (branch: object): boolean => {
  for (const id in branch) {
    if (Object.hasOwn(branch, id)) return false;
  }
  return true;
};

const applyBranch = (target: Branch, changes: Branch, depth: number): void => {
  for (const id of Object.keys(changes)) {
    const change = changes[id];
    if (change === undefined) {
      delete target[id];
    } else if (depth > 0) {
      const known = getOwn(target, id);
      const child: Branch = isBranch(known) ? known : {};
      applyBranch(child, change as Branch, depth - 1);
      if (isEmpty(child)) {
        delete target[id];
      } else {
        setOwn(target, id, child);
      }
    } else {
      setOwn(target, id, change);
    }
  }
};

/** Applies `changes` to `content` in place. Rows and tables left without cells disappear. */
export const applyChangesToContent = (content: EncodedContent, changes: EncodedChanges): void => {
  applyBranch(content[0], changes[0], 2);
  applyBranch(content[1], changes[1], 0);
};

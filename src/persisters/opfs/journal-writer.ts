/**
 * Adds to a journal. Pages replace the file by a longer one, at a cost that grows with the journal, so it is kept
 * short; workers write to its end, which may be torn by a crash: the format of the journal allows for that.
 */
import {nameOf} from './opfs-errors.ts';
import type {SyncAccessHandle, WorkerFileHandle} from './platform.ts';

/** `undefined` if not in a worker, or if the file is open elsewhere in a way that does not allow for this one. */
const openInPlace = async (handle: WorkerFileHandle): Promise<SyncAccessHandle | undefined> => {
  try {
    return await handle.createSyncAccessHandle?.();
  } catch (error) {
    if (nameOf(error) === 'NoModificationAllowedError') return undefined;
    throw error;
  }
};

/**
 * Puts `records` behind the first `length` bytes of the journal, in place of whatever is there.
 * @param assertHeld Called just before; throws if it must not happen any more.
 * @param onCommit Called after that, on pages: from then on it may happen even if the page is gone, or not.
 */
export const extendJournal = async (
  handle: WorkerFileHandle,
  length: number,
  records: readonly Uint8Array<ArrayBuffer>[],
  assertHeld: () => void,
  onCommit?: () => void,
): Promise<void> => {
  const access = await openInPlace(handle);
  if (access) {
    writeInPlace(access, length, records, assertHeld);
    return;
  }
  const stream = await handle.createWritable({keepExistingData: length > 0});
  try {
    await stream.truncate(length);
    await stream.write({type: 'write', position: length, data: new Blob([...records])});
    assertHeld();
  } catch (error) {
    await stream.abort();
    throw error;
  }
  onCommit?.();
  await stream.close();
};

const writeInPlace = (
  access: SyncAccessHandle,
  length: number,
  records: readonly Uint8Array[],
  assertHeld: () => void,
): void => {
  try {
    assertHeld();
    access.truncate(length);
    let at = length;
    for (const record of records) at += access.write(record, {at});
    access.flush();
  } finally {
    access.close();
  }
};

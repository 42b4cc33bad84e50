/** Database files in a folder of their own. */
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {SqlHandle, SqlPlaces} from '../suite/sql-client.ts';

export interface OpenedHandle extends SqlHandle {
  close(): Promise<void> | void;
}

/** @param open Opens a file that may be new. */
export const temporaryFiles = (
  open: (path: string) => OpenedHandle | Promise<OpenedHandle>,
): SqlPlaces => {
  const folder = mkdtempSync(join(tmpdir(), 'cellar-sql-'));
  const handles: OpenedHandle[] = [];
  return {
    connect: async (place) => {
      const handle = await open(join(folder, `${place}.db`));
      handles.push(handle);
      return handle;
    },
    cleanUp: async () => {
      for (const handle of handles) await handle.close();
      rmSync(folder, {recursive: true});
    },
  };
};

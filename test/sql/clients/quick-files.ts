/** Files of SQLite, and clients that open them. */
import type {SqlClient, SqlPlaces} from '../suite/sql-client.ts';
import {type OpenedHandle, temporaryFiles} from './temporary-files.ts';

/** A client that opens files of SQLite by their paths. */
export interface FileClient extends SqlClient {
  /** Opens a file that may be new, with the client's defaults. */
  openFile(path: string): OpenedHandle | Promise<OpenedHandle>;
}

/** Files in write-ahead mode, and quick: what the disk has when power fails is SQLite's business, and not tried with them. */
export const quickFiles = (open: FileClient['openFile']): SqlPlaces =>
  temporaryFiles(async (path) => {
    const handle = await open(path);
    await handle.execute('PRAGMA journal_mode=WAL');
    await handle.execute('PRAGMA synchronous=OFF');
    return handle;
  });

/** What browsers have, and TypeScript's library for pages does not know. */

/** Only in dedicated workers. */
export interface SyncAccessHandle {
  write(bytes: Uint8Array, options: {readonly at: number}): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

export interface WorkerFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle?(): Promise<SyncAccessHandle>;
}

export interface ChangeRecord {
  readonly type: 'appeared' | 'disappeared' | 'modified' | 'moved' | 'unknown' | 'errored';
  /** From the observed folder; empty for what is observed itself. */
  readonly relativePathComponents: readonly string[];
}

interface FileSystemObserver {
  observe(handle: FileSystemHandle): Promise<void>;
  disconnect(): void;
}

/** What browsers may lack, older ones and in contexts that are not secure. */
export interface Host {
  readonly navigator?: {
    readonly storage?: Partial<Pick<StorageManager, 'getDirectory'>>;
    readonly locks?: LockManager;
  };
  readonly FileSystemObserver?: new (
    onChange: (records: readonly ChangeRecord[]) => void,
  ) => FileSystemObserver;
  readonly BroadcastChannel?: typeof BroadcastChannel;
}

export const host: Host = globalThis;

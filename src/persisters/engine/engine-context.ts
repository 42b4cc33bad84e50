/** What the two sides of the engine, loading and saving, share. */
import type {PersisterPhase} from '../../errors.ts';
import {withDeadline} from './deadline.ts';
import type {ErrorReporter} from './error-reporter.ts';
import type {Operations} from './operations.ts';
import type {ResolvedOptions} from './options.ts';
import type {StorageAdapter} from './storage-adapter.ts';
import type {StoreBinding} from './store-binding.ts';

export interface EngineContext {
  readonly adapter: StorageAdapter;
  readonly options: ResolvedOptions;
  readonly reporter: ErrorReporter;
  readonly binding: StoreBinding;
  readonly operations: Operations;
  /** Something that `getState()` shows has changed. */
  onStateChange(): void;
}

/** Calls the adapter, within the deadline. */
export const callAdapter = <Result>(
  {adapter, options}: EngineContext,
  phase: PersisterPhase,
  call: (signal: AbortSignal) => Promise<Result> | Result,
  onLate?: () => void,
): Promise<Result> => withDeadline(call, options, phase, adapter.name, onLate);

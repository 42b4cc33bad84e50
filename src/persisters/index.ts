export {
  PersisterError,
  type PersisterErrorCode,
  type PersisterErrorDetails,
  type PersisterPhase,
} from '../errors.ts';
export {createCustomPersister, type PersisterListener} from './custom/custom-persister.ts';
export type {Clock} from './engine/clock.ts';
export {createPersister} from './engine/persister.ts';
export {
  type InitialContent,
  type Persister,
  type PersisterOptions,
  type PersisterState,
  type PersisterStats,
  Persists,
  type StateListener,
  Status,
  type StatusListener,
} from './engine/persister-types.ts';
export type {Refusal} from './engine/refused-content.ts';
export type {ExternalChange, GetContent, StorageAdapter} from './engine/storage-adapter.ts';
export type {EncodedChanges, EncodedContent} from '../store/internals.ts';

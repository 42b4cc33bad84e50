export {
  PersisterError,
  type PersisterErrorCode,
  type PersisterErrorDetails,
  type PersisterPhase,
} from '../errors.ts';
export {createCustomPersister, type PersisterListener} from './custom/custom-persister.ts';
export {createCustomPostgreSqlPersister} from './custom/custom-postgresql-persister.ts';
export {createCustomSqlitePersister} from './custom/custom-sqlite-persister.ts';
export type {ExecuteCommand} from './custom/custom-sqlite-driver.ts';
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
export type {
  DatabasePersisterConfig,
  DatabasePersisterConfigJson,
  DatabasePersisterConfigTabular,
} from './sql/config.ts';
export type {DatabasePersisterOptions} from './sql/create-database-persister.ts';
export type {EncodedChanges, EncodedContent} from '../store/internals.ts';

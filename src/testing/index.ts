export {
  describeStorageAdapter,
  type StorageCapability,
  type StorageHarness,
  type SuiteOptions,
} from './adapter-suite.ts';
export {ConformanceError} from './assertions.ts';
export {
  type AdapterCall,
  createFaults,
  type FailureOptions,
  type Faults,
  type FaultyOperation,
  withFaults,
} from './faults.ts';
export {type MemoryAdapter, memoryStorage, type MemoryStorage} from './memory-storage.ts';
export type {PersisterCapability, PersisterHarness} from './persister-harness.ts';
export {describePersister} from './persister-suite.ts';
export type {TestRunner} from './test-runner.ts';
export {type VirtualClock, virtualClock} from './virtual-clock.ts';

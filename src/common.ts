export {defaultSorter} from './store/sorted-index.ts';
export {getUniqueId} from './shared/unique-id.ts';

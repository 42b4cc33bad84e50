export {defaultSorter} from './store/sorted-prefix.ts';
export {getUniqueId} from './shared/unique-id.ts';

import type {Id} from './types.ts';

/**
 * Anything that has a text can be an id.
 * @throws TypeError for a symbol.
 */
export const toId = (id: unknown): Id => (typeof id === 'string' ? id : `${id as number}`);

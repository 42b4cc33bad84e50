import type {RequestListener} from 'node:http';

export declare const createStoreHandler: (
  folder: string,
  options?: {readonly allowedOrigin?: string},
) => RequestListener;

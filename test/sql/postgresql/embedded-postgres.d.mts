/** A server, as far as it is used. */
export interface EmbeddedPostgres {
  initialise(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export declare const loadEmbeddedPostgres: () => Promise<new (options: object) => EmbeddedPostgres>;

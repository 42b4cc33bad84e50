/** Keeps prepared statements, those used last, for clients that leave that to their callers. */

/** Enough for the statements of several tables; a statement over 100 rows takes some 10 kB. */
const CAPACITY = 64;

export class StatementCache<Prepared> {
  readonly #prepare: (sql: string) => Prepared;
  readonly #onDropped: (prepared: Prepared) => void;
  readonly #statements = new Map<string, Prepared>();

  /** @param onDropped Releases a statement that is not kept any longer. */
  constructor(
    prepare: (sql: string) => Prepared,
    onDropped: (prepared: Prepared) => void = () => undefined,
  ) {
    this.#prepare = prepare;
    this.#onDropped = onDropped;
  }

  get(sql: string): Prepared {
    const known = this.#statements.get(sql);
    const prepared = known ?? this.#prepare(sql);
    if (known) this.#statements.delete(sql);
    this.#statements.set(sql, prepared);
    for (const [oldest, dropped] of this.#statements) {
      if (this.#statements.size <= CAPACITY) break;
      this.#statements.delete(oldest);
      this.#onDropped(dropped);
    }
    return prepared;
  }

  clear(): void {
    for (const prepared of this.#statements.values()) this.#onDropped(prepared);
    this.#statements.clear();
  }
}

/** Keeps prepared statements, those used last, for clients that leave that to their callers. */

/** Enough for the statements of several tables; a statement over 100 rows takes some 10 kB. */
const CAPACITY = 64;

interface Kept<Prepared> {
  readonly prepared: Prepared;
  /** The higher, the later. */
  lastUse: number;
}

export class StatementCache<Prepared> {
  readonly #prepare: (sql: string) => Prepared;
  readonly #onDropped: (prepared: Prepared) => void;
  readonly #statements = new Map<string, Kept<Prepared>>();
  #uses = 0;

  /** @param onDropped Releases a statement that is not kept any longer. */
  constructor(
    prepare: (sql: string) => Prepared,
    onDropped: (prepared: Prepared) => void = () => undefined,
  ) {
    this.#prepare = prepare;
    this.#onDropped = onDropped;
  }

  get(sql: string): Prepared {
    let kept = this.#statements.get(sql);
    if (!kept) {
      kept = {prepared: this.#prepare(sql), lastUse: 0};
      if (this.#statements.size === CAPACITY) this.#dropOldest();
      this.#statements.set(sql, kept);
    }
    kept.lastUse = ++this.#uses;
    return kept.prepared;
  }

  clear(): void {
    for (const {prepared} of this.#statements.values()) this.#onDropped(prepared);
    this.#statements.clear();
  }

  #dropOldest(): void {
    const [oldest] = [...this.#statements].sort(
      ([, one], [, other]) => one.lastUse - other.lastUse,
    );
    if (!oldest) return;
    const [sql, {prepared}] = oldest;
    this.#statements.delete(sql);
    this.#onDropped(prepared);
  }
}

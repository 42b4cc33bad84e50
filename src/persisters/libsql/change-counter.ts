/** Whether others have written to a libSQL server, by what triggers count there while anybody listens. */
import {statement} from '../sql/catalog.ts';
import {CELLS_TABLE, COLUMNS_TABLE} from '../sql/config.ts';
import type {SqlWork} from '../sql/sql-driver.ts';
import {SqliteTracker} from '../sql/sqlite-tracker.ts';
import {
  askFor,
  BEAT_SECONDS,
  describe,
  type Described,
  isCounted,
  setUp,
  takeDown,
} from './change-triggers.ts';
import {ComparedContent} from './compared-content.ts';

const SCHEMA = statement('SELECT schema_version s FROM pragma_schema_version');

export class ChangeCounter extends SqliteTracker {
  readonly known: ComparedContent = new ComparedContent();
  readonly #watcher = Math.random().toString(36).slice(2);
  readonly #mappedNames: readonly string[];
  /** The version of the database's schema when we last asked, and when we last looked what is there. */
  #schema: unknown;
  #describedSchema: unknown;
  #described: Described | undefined;
  /** The tables that content comes from. */
  #tableNames: readonly string[] = [];
  /** How long ago we registered, by the server's clock; `undefined`: we are not registered. */
  #registeredAgo: number | undefined;
  isRegistered = false;
  /** Whether content has been read, and whether others could write unnoticed when the transaction began. */
  #hasRead = false;
  #wasBlind = false;

  constructor(tableNames: readonly string[], onForeign: () => void) {
    super(onForeign);
    this.#mappedNames = [...tableNames, COLUMNS_TABLE, CELLS_TABLE];
  }

  /** Whether writes of others are not counted. */
  get #isBlind(): boolean {
    const described = this.#described;
    return described !== undefined && this.#tableNames.some((name) => !isCounted(described, name));
  }

  get mustRegister(): boolean {
    return this.#isBlind || this.#registeredAgo === undefined || this.#registeredAgo > BEAT_SECONDS;
  }

  override *enter(): SqlWork<void> {
    yield* super.enter();
    this.#wasBlind = this.#isBlind;
  }

  override *leave(): SqlWork<void> {
    yield* this.readVersion();
    // The transaction may have made tables.
    if (this.isRegistered && this.#isBlind) yield* this.#setUp();
    yield* super.leave();
  }

  override *caughtUp(): SqlWork<void> {
    this.#hasRead = true;
    yield* super.caughtUp();
  }

  override *isOutdated(): SqlWork<boolean> {
    return (yield* super.isOutdated()) || this.#isBlind;
  }

  /** In a transaction that may write: has writes be counted, for us among others. */
  *register(): SqlWork<void> {
    yield* this.enter();
    yield* this.#setUp();
    this.isRegistered = true;
    yield* this.leave();
  }

  /** In a transaction that may write: leaves nothing that nobody else needs. */
  *unregister(): SqlWork<void> {
    yield* this.enter();
    if (this.#described?.hasCounter) yield* takeDown(this.#watcher);
    this.isRegistered = false;
    yield* this.leave();
  }

  *#setUp(): SqlWork<void> {
    yield* setUp(this.#watcher, this.#tableNames, this.#described as Described);
    // Others may have written what we have read before it was counted.
    this.isBehind ||= this.#wasBlind && this.#hasRead;
  }

  protected override *readVersion(): SqlWork<string> {
    const version = yield* this.#ask();
    if (this.#schema === this.#describedSchema) return version;
    this.#described = yield* describe();
    this.#describedSchema = this.#schema;
    const {tables, views} = this.#described;
    // Of what a view shows, any table may be the source.
    const hasView = this.#mappedNames.some((name) => views.has(name));
    this.#tableNames = [...tables].filter((name) => hasView || this.#mappedNames.includes(name));
    return yield* this.#ask();
  }

  *#ask(): SqlWork<string> {
    if (this.#described?.hasCounter) {
      try {
        const [row] = yield askFor(this.#watcher, this.#tableNames);
        this.#schema = row?.['s'];
        this.#registeredAgo = row?.['w'] === null ? undefined : Number(row?.['w']);
        return [row?.['n'], row?.['s']].map(String).join();
      } catch (error) {
        if (!/no such table/i.test(String(error))) throw error;
      }
    }
    const [row] = yield SCHEMA;
    this.#schema = row?.['s'];
    this.#registeredAgo = undefined;
    return String(row?.['s']);
  }
}

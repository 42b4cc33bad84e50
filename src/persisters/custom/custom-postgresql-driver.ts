/** PostgreSQL databases by way of functions that the app hands in. */
import {acquireInTurn} from '../sql/in-turn.ts';
import type {
  AcquiredSession,
  Listening,
  ListenEvents,
  SqlDriver,
  SqlRow,
  SqlStatement,
} from '../sql/sql-driver.ts';

/** Runs a command on the connection, always the same one. Resolves to its rows. */
export type ExecutePostgreSqlCommand = (
  sql: string,
  params?: unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Calls `onMessage` with the payload of each notification on a channel. Resolves to what ends that. */
export type AddChannelListener<Handle> = (
  channel: string,
  onMessage: (payload: string) => void,
) => Promise<Handle> | Handle;

interface DriverFunctions<Handle> {
  executeCommand: ExecutePostgreSqlCommand;
  addChangeListener: AddChannelListener<Handle>;
  delChangeListener(handle: Handle): unknown;
  destroy(): unknown;
}

export class CustomPostgreSqlDriver<Handle> implements SqlDriver {
  readonly connection: object;
  readonly isExposed = true;
  readonly #functions: DriverFunctions<Handle>;

  constructor(connection: object, functions: DriverFunctions<Handle>) {
    this.connection = connection;
    this.#functions = functions;
  }

  execute({sql, params}: SqlStatement): Promise<readonly SqlRow[]> {
    const {executeCommand} = this.#functions;
    return params.length > 0 ? executeCommand(sql, [...params]) : executeCommand(sql);
  }

  acquire(): Promise<AcquiredSession> {
    return acquireInTurn(this.connection, this);
  }

  async listen(channels: readonly string[], events: ListenEvents): Promise<Listening> {
    const handles: Handle[] = [];
    for (const channel of channels) {
      handles.push(
        await this.#functions.addChangeListener(channel, (payload) =>
          events.onMessage(channel, payload),
        ),
      );
    }
    return {
      pid: undefined,
      stop: async () => {
        for (const handle of handles.splice(0)) await this.#functions.delChangeListener(handle);
      },
    };
  }

  async close(): Promise<void> {
    await this.#functions.destroy();
  }
}

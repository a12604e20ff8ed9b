import pg from 'pg';
import { freePort } from './free-port.js';
import { leash, type Leashed } from './leash.js';
import { type Binaries, findBinaries, findOwner, initialise, type Owner, prepareFolder } from './postgres-files.js';

export type PostgresOptions = {
  /** Where the data lives. Left out: a temporary folder that is deleted at the end. */
  dataDir?: string;
  /** Left out: a free one. */
  port?: number;
  /** Trade crash safety for speed. By default only for temporary data. */
  unsafe?: boolean;
  /** Most connections at a time. */
  maxConnections?: number;
};

export type RunningPostgres = {
  port: number;
  pid: number;
  /** Connection URL of a database of this server. */
  url(database: string): string;
  /** Creates the database if it is missing, and gives its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). To start it again, start another on the same folder and port. */
  kill(): Promise<void>;
};

const patience = 30_000;

/**
 * Starts a real PostgreSQL server on 127.0.0.1, as root or as an ordinary user. It ends with this process, even when
 * that is killed.
 * @throws Error in plain words, with the server's last lines, when it cannot start
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const unsafe = options.unsafe ?? options.dataDir === undefined;
  const owner = await findOwner();
  const binaries = await findBinaries(owner);
  const folder = await prepareFolder(options.dataDir, owner);
  const password = await initialise(folder, binaries, owner, unsafe);
  const server = await startOnPort({ options, unsafe, owner, binaries, folder });
  const url = (database: string) => `postgres://homerealm:${password}@127.0.0.1:${server.port}/${database}`;
  return {
    port: server.port,
    pid: server.process.pid,
    url,
    createDatabase: async (name) => {
      await createDatabaseAt(url('postgres'), name);
      return url(name);
    },
    stop: () => server.process.end(),
    kill: () => server.process.kill(),
  };
}

/** Creates a database unless it is there. `name` may hold letters, digits, `-` and `_`. */
export async function createDatabaseAt(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

type Plan = { options: PostgresOptions; unsafe: boolean; owner: Owner; binaries: Binaries; folder: string };

async function startOnPort(plan: Plan): Promise<{ port: number; process: Leashed }> {
  for (const deadline = Date.now() + patience; ;) {
    const port = plan.options.port ?? (await freePort());
    const outcome = await tryToStart(plan, port);
    if ('process' in outcome) return { port, process: outcome.process };
    const words = outcome.lines.join('\n');
    // The server of an earlier run may still be closing down; a free port may have been taken a moment later.
    const mayPass = /postmaster\.pid|starting up/.test(words) || plan.options.port === undefined;
    if (!mayPass || Date.now() > deadline) throw new Error(explain(words, port));
    await new Promise((resume) => setTimeout(resume, 500));
  }
}

const explain = (words: string, port: number) =>
  /could not bind|Address already in use/.test(words)
    ? `Port ${port} is taken, so PostgreSQL cannot listen there.`
    : `PostgreSQL did not start:\n${words}`;

async function tryToStart(plan: Plan, port: number): Promise<{ process: Leashed } | { lines: string[] }> {
  const { options, unsafe, owner, binaries, folder } = plan;
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(options.maxConnections ?? 300),
    ...(unsafe ? { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' } : {}),
  };
  const lines: string[] = [];
  let ready = () => {};
  const isReady = new Promise<'ready'>((resolve) => (ready = () => resolve('ready')));
  const process = await leash({
    command: binaries.postgres,
    args: [
      '-D',
      folder,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    signal: 'INT',
    folder: options.dataDir === undefined ? folder : undefined,
    cwd: '/',
    uid: owner.uid,
    gid: owner.gid,
    onLine: (line) => {
      lines.push(line);
      if (lines.length > 20) lines.shift();
      if (line.includes('ready to accept connections')) ready();
    },
  });
  const first = await Promise.race([isReady, process.exited]);
  if (first !== 'ready') return { lines };
  process.letGo();
  return { process };
}

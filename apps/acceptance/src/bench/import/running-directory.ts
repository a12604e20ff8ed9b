import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { allTopics } from '@homerealm/contracts';
import { openEventLog } from '@homerealm/events';
import { eventually, freePort, type RunningPostgres } from '@homerealm/testing';

const program = fileURLToPath(new URL('../../../../identity-directory/dist/main.js', import.meta.url));

export type ImportProgress = {
  importId: string;
  state: string;
  counts: { read: number; created: number };
  startedAt: string | null;
  finishedAt: string | null;
};

/** An identity directory as a process of its own, with an empty database and the event log beside it. */
export type RunningDirectory = {
  readonly pid: number;
  databaseUrl: string;
  logUrl: string;
  send(file: ReadableStream<Uint8Array>): Promise<ImportProgress>;
  progress(importId: string): Promise<ImportProgress>;
  /** The rows that were left out, a line each. */
  rejected(importId: string): Promise<string>;
  /** Ends the process at once, by SIGKILL, and starts another one on the same database and log. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startDirectory(
  postgres: Pick<RunningPostgres, 'createDatabase'>,
  name: string,
): Promise<RunningDirectory> {
  const keys = await serveKeys();
  const [databaseUrl, logUrl] = [await postgres.createDatabase(name), await postgres.createDatabase(`${name}_log`)];
  const logSettings = { EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: logUrl } as const;
  const log = openEventLog(logSettings);
  await log.ensureTopics(allTopics);
  await log.close();
  const port = await freePort();
  const settings = { PORT: String(port), LOG_LEVEL: 'warn', ISSUER: keys.issuer, DATABASE_URL: databaseUrl };
  const start = (): ChildProcess =>
    spawn(process.execPath, [program], {
      env: { ...process.env, ...settings, ...logSettings },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  let child = start();
  process.once('exit', () => child.kill('SIGKILL'));
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = { ...init.headers, authorization: `Bearer ${keys.token()}` };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  const call = async (path: string, init?: RequestInit) => (await (await ask(path, init)).json()) as ImportProgress;
  const answers = () => eventually(async () => (await ask('/imports')).ok, { timeout: 60_000, every: 50 });
  await answers();
  return {
    get pid() {
      return child.pid ?? 0;
    },
    ...{ databaseUrl, logUrl },
    send: (body) => {
      const headers = { 'content-type': 'text/csv' };
      return call('/imports', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
    },
    progress: (importId) => call(`/imports/${importId}`),
    rejected: async (importId) => (await ask(`/imports/${importId}/rejected.ndjson`)).text(),
    kill: () => ended(child, 'SIGKILL'),
    restart: async () => {
      child = start();
      await answers();
    },
    stop: async () => {
      await ended(child, 'SIGTERM');
      keys.close();
    },
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resume) => child.once('exit', resume));
  child.kill(signal);
  await gone;
}

/** What the directory asks of an issuer of management tokens: its keys. */
async function serveKeys(): Promise<{ issuer: string; token(): string; close(): void }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const keys = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] });
  const port = await freePort();
  const server = createServer((_request, response) => response.end(keys)).listen(port, '127.0.0.1');
  const issuer = `http://127.0.0.1:${port}`;
  return { issuer, token: () => managementToken(privateKey, issuer), close: () => void server.close() };
}

function managementToken(key: KeyObject, issuer: string): string {
  const iat = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const who = { iss: issuer, aud: 'urn:homerealm:management', sub: 'bench', client_id: 'bench' };
  const claims = { ...who, scope: 'users:read users:write', iat, exp: iat + 600 };
  const signed = `${part({ alg: 'ES256', kid: 'k', typ: 'at+jwt' })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

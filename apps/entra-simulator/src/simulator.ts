import { createCertificateAuthority, type CertificateAuthority } from '@homerealm/testing/tls';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, isIP } from 'node:net';
import { Directory, type DirectoryContent } from './directory/directory.js';
import { SigningKeys } from './entra/signing-keys.js';
import { AppCertificates } from './federation/certificates.js';
import { Faults } from './faults/faults.js';
import { answerRequest } from './http/answer-request.js';
import { RequestLog } from './http/request-log.js';
import { Shelf } from './http/shelf.js';
import { seed } from './seed.js';
import { addSeedFile } from './seed-file.js';
import { defaultSettings, type Settings, type Simulation } from './simulation.js';

export type SimulatorOptions = {
  /** 0, the default, takes a free one. */
  port?: number;
  host?: string;
  /** Without this, only loopback addresses are listened on. */
  allowRemote?: boolean;
  /** Where the certificate authority is kept; in memory when missing. */
  tlsFolder?: string;
  /** How it is reached from outside, when not as `https://localhost:{port}`. */
  origin?: string;
  /** JSON: tenants, users and apps beside those of the seed. */
  seedFile?: string;
  settings?: Partial<Settings>;
};

export type RunningSimulator = {
  origin: string;
  port: number;
  /** What clients must trust: give it to them as `ca`, or `caFile` as NODE_EXTRA_CA_CERTS. */
  caPem: string;
  caFile?: string;
  close(): Promise<void>;
};

/** Starts the simulated cloud. @throws when the host is not loopback and that was not allowed, or the port is taken */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { host = '127.0.0.1', port = 0 } = options;
  if (!options.allowRemote && !isLoopback(host)) {
    throw new Error(
      `The simulator knows everybody's password, so it listens on loopback only, not on ${host}. SIMULATOR_ALLOW_REMOTE=true overrides this.`,
    );
  }
  const authority = await createCertificateAuthority(options.tlsFolder ? { folder: options.tlsFolder } : {});
  const server = await createTlsServer(authority, host, options.origin);
  const simulation = await createSimulation(options);
  server.on('request', (request, response) => void answerRequest(request, response, simulation));
  await listen(server, port, host);
  const taken = (server.address() as AddressInfo).port;
  simulation.origin = options.origin ?? `https://localhost:${taken}`;
  const { caPem, caFile } = authority;
  return { origin: simulation.origin, port: taken, caPem, ...(caFile ? { caFile } : {}), close: () => close(server) };
}

async function createSimulation({ origin = '', seedFile, settings }: SimulatorOptions): Promise<Simulation> {
  const start = await startingContent(seedFile);
  const keys = await SigningKeys.create();
  return {
    origin,
    settings: { ...defaultSettings, ...settings },
    directory: new Directory(start),
    start,
    keys,
    certificates: new AppCertificates(keys),
    federated: new Shelf(''),
    lastAssertions: new Map(),
    faults: new Faults(),
    requests: new RequestLog(),
    pending: new Shelf(''),
    sessions: new Shelf(''),
    codes: new Shelf('1.AX8A'),
    refreshTokens: new Shelf('1.AX8A'),
    socialPeople: new Map(),
    socialRequests: new Shelf(''),
    socialCodes: new Shelf(''),
    socialTokens: new Shelf(''),
    now: () => Math.floor(Date.now() / 1000),
  };
}

async function startingContent(seedFile: string | undefined): Promise<DirectoryContent> {
  const { tenants, people, groups, apps } = seed;
  const content: DirectoryContent = {
    tenants: Object.values(tenants),
    users: Object.values(people).map(({ note: _note, ...user }) => user),
    groups: [...groups],
    apps: Object.values(apps),
  };
  return seedFile ? addSeedFile(content, seedFile) : content;
}

async function createTlsServer(
  authority: CertificateAuthority,
  host: string,
  origin: string | undefined,
): Promise<Server> {
  const names = new Set(['localhost', '127.0.0.1', '::1', host]);
  if (origin) names.add(new URL(origin).hostname);
  names.delete('0.0.0.0');
  const { certPem, keyPem } = await authority.issue([...names]);
  const server = createServer({ cert: certPem, key: keyPem });
  server.requestTimeout = 60_000;
  server.keepAliveTimeout = 65_000;
  return server;
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

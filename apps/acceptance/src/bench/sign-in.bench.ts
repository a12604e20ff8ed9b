import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import pg from 'pg';
import { agentFor, Browser } from '../client/browser.js';
import { Management } from '../client/management.js';
import { Simulator } from '../client/simulator.js';
import { cpuMs, familyCpuMs, median, residentMib, transactions } from './measure.js';
import { signInOnce, type Broker } from './sign-in-once.js';

/** `npm run bench -- sign-in [--kafka] [--rounds N] [--count N]`: what a sign-in costs, beside the least it could cost. */
const flag = (name: string, byDefault: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? byDefault : Number(process.argv[at + 1]);
};
const rounds = flag('rounds', 5);
const count = flag('count', 150);
const concurrency = flag('concurrency', 8);
const output = fileURLToPath(new URL('../../../../.homerealm/bench/sign-in.md', import.meta.url));

/** Connections of the local run to the same company by the other two doors. */
const federationDoors = [
  { says: 'SAML', name: 'contoso-saml' },
  { says: 'WS-Federation', name: 'contoso-wsfed' },
];

type Figures = { cpu: number; p50: number };

/** Runs sign-ins, `concurrency` at a time, and measures the CPU the given processes used for them. */
async function round(broker: Broker, pids: () => number[], ca: string): Promise<Figures> {
  const agent = agentFor(ca);
  const before = pids().reduce((sum, pid) => sum + cpuMs(pid), 0);
  const times: number[] = [];
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const started = performance.now();
      await signInOnce(broker, new Browser(undefined, agent));
      times.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  const after = pids().reduce((sum, pid) => sum + cpuMs(pid), 0);
  await agent.close();
  return { cpu: (after - before) / count, p50: median(times) };
}

async function startFloor(system: LocalSystem, port: number, upstream: object, redirectUri: string) {
  const admin = new URL(system.postgres.gateway);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.href });
  await client.connect();
  await client.query('CREATE DATABASE floor');
  await client.end();
  const databaseUrl = new URL(admin);
  databaseUrl.pathname = '/floor';
  const settings = {
    port,
    databaseUrl: databaseUrl.href,
    upstream,
    redirectUri,
    ca: readFileSync(system.caFile, 'utf8'),
  };
  const program = fileURLToPath(new URL('./floor-broker.js', import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, FLOOR: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`the floor broker ended with ${code}`)));
  });
  return { child, databaseUrl: databaseUrl.href };
}

export async function benchSignIn(): Promise<void> {
  const portBase = await freePortBase();
  const system = await startLocalSystem({
    kafka: process.argv.includes('--kafka'),
    portBase,
    environment: { ...process.env, SIGN_IN_LIMIT_PER_ADDRESS: '1000000', LOG_LEVEL: 'warn' },
  });
  let floorProcess: ChildProcess | undefined;
  try {
    const ca = readFileSync(system.caFile, 'utf8');
    const simulator = new Simulator(system.urls.simulator, ca);
    await simulator.ask('PUT', 'settings', { autoSignIn: true });
    const account = system.accounts.find(({ groupCount }) => groupCount > 0 && groupCount < 200);
    if (account === undefined) throw new Error('no demo account with a few groups');
    const management = new Management(system.issuer, system.admin);
    const { items } = await management.ask<{
      items: { connectionId: string; name: string; homeRealmDomains: string[]; clientId: string; tenantId: string }[];
    }>('GET', `${system.urls.registry}/connections`);
    const connection = items.find(({ homeRealmDomains }) =>
      homeRealmDomains.includes(account.email.split('@')[1] ?? ''),
    );
    if (connection === undefined) throw new Error('no connection for the demo account');

    const floorPort = portBase + 700;
    const appRedirect = 'http://localhost:1/callback';
    const secret = 'floor~secret.0123456789';
    await simulator.ask('POST', 'apps', {
      clientId: 'f1000000-0000-4000-8000-000000000001',
      tenant: connection.tenantId,
      displayName: 'Floor',
      secrets: [{ value: secret }],
      redirectUris: [`http://localhost:${floorPort}/callback`],
      groupMembershipClaims: 'SecurityGroup',
      optionalClaims: ['email'],
    });
    const tenant = `${system.urls.simulator}/${connection.tenantId}`;
    const floor = await startFloor(
      system,
      floorPort,
      {
        authorize: `${tenant}/oauth2/v2.0/authorize`,
        token: `${tenant}/oauth2/v2.0/token`,
        jwks: `${tenant}/discovery/v2.0/keys`,
        clientId: 'f1000000-0000-4000-8000-000000000001',
        clientSecret: secret,
        scope: 'openid profile email',
      },
      appRedirect,
    );
    floorProcess = floor.child;
    const floorPid = floor.child.pid ?? 0;

    const ours: Broker = {
      authorize: `${system.issuer}/oauth2/auth`,
      token: `${system.issuer}/oauth2/token`,
      ...system.demoApplication,
      params: { connection_id: connection.connectionId, login_hint: account.email },
    };
    const byDoor = federationDoors.map(({ says, name }) => {
      const connectionId = items.find((one) => one.name === name)?.connectionId;
      if (connectionId === undefined) throw new Error(`no connection named ${name}`);
      const broker = { ...ours, params: { ...ours.params, connection_id: connectionId } };
      return { says, broker, cpu: [] as number[], p50: [] as number[] };
    });
    const least: Broker = {
      authorize: `http://localhost:${floorPort}/authorize`,
      token: `http://localhost:${floorPort}/token`,
      clientId: 'app',
      clientSecret: 'secret',
      redirectUri: appRedirect,
      params: { login_hint: account.email },
    };
    const pid = (name: string) => system.processes[name] ?? 0;
    const postgres = () => familyCpuMs(pid('postgres'));
    const services = () => ['gateway', 'registry', 'directory', 'profileSync'].map(pid);

    await round(least, () => [floorPid], ca);
    await round(ours, () => [pid('gateway')], ca);
    await round(ours, () => [pid('gateway')], ca);
    for (const { broker } of byDoor) await round(broker, () => [pid('gateway')], ca);

    const rows: Record<string, number[]> = {
      floor: [],
      gateway: [],
      services: [],
      floorP50: [],
      p50: [],
      floorPg: [],
      pg: [],
    };
    for (let index = 0; index < rounds; index++) {
      const pgBefore = postgres();
      const floorFigures = await round(least, () => [floorPid], ca);
      const pgMiddle = postgres();
      const others = sum(services()) - cpuMs(pid('gateway'));
      const figures = await round(ours, () => [pid('gateway')], ca);
      const othersAfter = sum(services()) - cpuMs(pid('gateway'));
      const pgAfter = postgres();
      rows['floor']?.push(floorFigures.cpu);
      rows['floorP50']?.push(floorFigures.p50);
      rows['gateway']?.push(figures.cpu);
      rows['p50']?.push(figures.p50);
      rows['services']?.push(figures.cpu + (othersAfter - others) / count);
      rows['floorPg']?.push((pgMiddle - pgBefore) / count);
      rows['pg']?.push((pgAfter - pgMiddle) / count);
      for (const door of byDoor) {
        const { cpu, p50 } = await round(door.broker, () => [pid('gateway')], ca);
        door.cpu.push(cpu);
        door.p50.push(p50);
      }
      process.stdout.write(
        `round ${index + 1}: floor ${floorFigures.cpu.toFixed(2)} ms, gateway ${figures.cpu.toFixed(2)} ms\n`,
      );
    }

    const databases = { floor: floor.databaseUrl, ...system.postgres };
    const perSignIn = await countTransactions(databases, async (name) => {
      await round(name === 'floor' ? least : ours, () => [floorPid], ca);
    });
    const at = (name: string) => median(rows[name] ?? []);
    const table = [
      '| what | floor | Homerealm | ratio | goal |',
      '| --- | --- | --- | --- | --- |',
      line('broker CPU per sign-in, ms', at('floor'), at('gateway'), '≤ 8× now, ≤ 5×, then ≤ 3×'),
      ...byDoor.map(({ says, cpu }) => line(`broker CPU per sign-in by ${says}, ms`, at('floor'), median(cpu), '–')),
      line('CPU of all four services per sign-in, ms', at('floor'), at('services'), '–'),
      line('PostgreSQL CPU per sign-in, ms', at('floorPg'), at('pg'), '–'),
      line(`p50 of a sign-in with ${concurrency} at a time, ms`, at('floorP50'), at('p50'), '–'),
      ...byDoor.map(({ says, p50 }) => line(`p50 of a sign-in by ${says}, ms`, at('floorP50'), median(p50), '–')),
      line(
        'transactions per sign-in, gateway',
        perSignIn['floor'] ?? NaN,
        perSignIn['gateway'] ?? NaN,
        '≤ 10 now, ≤ 5, then ≤ 3',
      ),
      line(
        'transactions per sign-in, gateway and directory',
        perSignIn['floor'] ?? NaN,
        (perSignIn['gateway'] ?? 0) + (perSignIn['directory'] ?? 0),
        '≤ 10',
      ),
      line('transactions per sign-in, all databases', perSignIn['floor'] ?? NaN, total(perSignIn), '–'),
      `| gateway memory, MiB | ${residentMib(floorPid).toFixed(0)} | ${residentMib(pid('gateway')).toFixed(0)} | | ≤ 200 |`,
    ];
    const details = Object.entries(perSignIn)
      .map(([name, value]) => `${name} ${value.toFixed(2)}`)
      .join(', ');
    const head = `Medians of ${rounds} interleaved rounds of ${count} sign-ins; ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}, ${system.kafka ? 'Kafka' : 'embedded event log'}.`;
    const report = [head, '', ...table, '', `Transactions per sign-in by database: ${details}.`, ''].join('\n');
    process.stdout.write(`\n${report}`);
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, report);
    await simulator.close();
  } finally {
    floorProcess?.kill('SIGTERM');
    await system.stop();
  }
}

const sum = (pids: number[]): number => pids.reduce((all, pid) => all + cpuMs(pid), 0);
const total = (perSignIn: Record<string, number>): number =>
  Object.entries(perSignIn).reduce((all, [name, value]) => (name === 'floor' ? all : all + value), 0);
const line = (what: string, floor: number, ours: number, goal: string): string =>
  `| ${what} | ${floor.toFixed(2)} | ${ours.toFixed(2)} | ${(ours / floor).toFixed(1)}× | ${goal} |`;

/** Transactions of each database for one sign-in; what runs without sign-ins is measured first and taken off. */
async function countTransactions(
  databases: Record<string, string>,
  run: (name: 'floor' | 'ours') => Promise<void>,
): Promise<Record<string, number>> {
  const read = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(databases).map(async ([name, url]) => [name, await transactions(url)] as const)),
    );
  const start = await read();
  const idleStarted = performance.now();
  await new Promise((resume) => setTimeout(resume, 5_000));
  const idle = await read();
  const idleMs = performance.now() - idleStarted;
  await run('floor');
  await run('ours');
  const end = await read();
  const busyMs = performance.now() - idleStarted - idleMs;
  return Object.fromEntries(
    Object.keys(databases).map((name) => {
      const background = ((idle[name] ?? 0) - (start[name] ?? 0)) * (busyMs / idleMs);
      return [name, Math.max(0, (end[name] ?? 0) - (idle[name] ?? 0) - background) / count];
    }),
  );
}

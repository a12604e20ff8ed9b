import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask, freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { TcpProxy } from '@homerealm/testing';
import pg from 'pg';
import { type Service, services } from '../schedule.js';
import { Program } from './program.js';

export type RigOptions = { nodes: 1 | 3; says: (line: string) => void };

/** The name a service gives itself: its consumer group, and its crash points. */
export const nameOfService = {
  gateway: 'auth-gateway',
  registry: 'connection-registry',
  directory: 'identity-directory',
  profileSync: 'profile-sync',
  outside: 'outside',
} as const;

/** Everything that runs: the whole system as processes, proxies before Postgres and Kafka, and a consumer outside. */
export class Rig {
  private readonly restarting = new Set<Service>();
  private isClosing = false;
  restarts = 0;

  private constructor(
    readonly system: LocalSystem,
    /** Another process of the consumer outside, not started yet. */
    readonly openOutside: () => Program,
    readonly outside: Program,
    readonly outsideUrl: string,
    readonly proxies: { kafka: TcpProxy[]; database: Record<Service, TcpProxy> },
    readonly pointsFolder: string,
    private readonly folder: string,
  ) {}

  static async start({ nodes, says }: RigOptions): Promise<Rig> {
    const folder = mkdtempSync(join(tmpdir(), 'homerealm-chaos-'));
    // The database runs as another user when we are root, and passes through.
    chmodSync(folder, 0o711);
    const pointsFolder = join(folder, 'points');
    mkdirSync(pointsFolder);
    says(`Logs are in ${join(folder, 'data', 'logs')}.`);
    const kafka: TcpProxy[] = [];
    const database: Partial<Record<string, TcpProxy>> = {};
    let rig: Rig | undefined = undefined as Rig | undefined;
    const system = await startLocalSystem({
      ...{ kafka: 'own', kafkaNodes: nodes, portBase: await freePortBase(), say: says },
      dataDir: join(folder, 'data'),
      environment: {
        ...process.env,
        ...{ SIGN_IN_LIMIT_PER_ADDRESS: '1000000', LOG_LEVEL: 'warn', CRASH_POINTS: pointsFolder },
      },
      routeKafka: async (port) => {
        const proxy = await TcpProxy.open({ to: { host: '127.0.0.1', port } });
        kafka.push(proxy);
        return proxy.port;
      },
      routeDatabase: async (name, url) => {
        const proxy = await TcpProxy.open({ to: { host: '127.0.0.1', port: Number(new URL(url).port) } });
        database[name] = proxy;
        return url.replace(/:\d+\//, `:${proxy.port}/`);
      },
      onUnexpectedEnd: (part) => {
        const service = services.find((one) => one === part);
        if (service) void rig?.restart(service);
      },
    });
    const outsideUrl = await makeDatabase(system.postgres.gateway, 'outside');
    const environment = {
      ...{ DATABASE_URL: outsideUrl, KAFKA_BROKERS: (system.kafka?.brokers ?? []).join(',') },
      CRASH_POINTS: pointsFolder,
    };
    const openOutside = () => new Program('outside.js', environment, join(system.dataDir, 'logs', 'outside.log'));
    const outside = openOutside();
    outside.keepAlive();
    const proxies = { kafka, database: database as Record<Service, TcpProxy> };
    rig = new Rig(system, openOutside, outside, outsideUrl, proxies, pointsFolder, folder);
    return rig;
  }

  get brokers(): string[] {
    return this.system.kafka?.brokers ?? [];
  }

  /** Whether every service can do its work, and the consumer outside runs. */
  async isWell(): Promise<boolean> {
    if (this.outside.pid === undefined) return false;
    const asked = services.map(async (service) => {
      if (this.system.service(service).pid === undefined) return false;
      const answer = await ask(`${this.system.urls[service]}/readyz`, { timeoutMs: 2000 }).catch(() => undefined);
      return answer?.status === 200;
    });
    return (await Promise.all(asked)).every(Boolean);
  }

  async close(): Promise<void> {
    this.isClosing = true;
    for (const service of services) this.system.service(service).signal('SIGCONT');
    await this.outside.close();
    await this.system.stop();
    for (const proxy of [...this.proxies.kafka, ...Object.values(this.proxies.database)]) await proxy.close();
    if (!process.env['CHAOS_KEEP']) rmSync(this.folder, { recursive: true, force: true });
  }

  /** What an operator's supervisor does: starts it again until it stays. */
  private async restart(service: Service): Promise<void> {
    if (this.restarting.has(service)) return;
    this.restarting.add(service);
    while (!this.isClosing) {
      this.restarts += 1;
      const isUp = await this.system
        .service(service)
        .start()
        .then(
          () => true,
          () => false,
        );
      if (isUp) break;
      await new Promise((resume) => setTimeout(resume, 300));
    }
    this.restarting.delete(service);
  }
}

/** Makes a database beside another one, and gives its URL. */
export async function makeDatabase(besideUrl: string, name: string): Promise<string> {
  const at = (database: string) => besideUrl.replace(/\/[^/]+$/, `/${database}`);
  const client = new pg.Client(at('postgres'));
  await client.connect();
  await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  await client.end();
  return at(name);
}

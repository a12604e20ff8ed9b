import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningKafka } from '@homerealm/testing';
import { openDataFolder } from './data-folder.js';
import type { Environment } from './environment.js';
import { Guardian } from './guardian.js';
import { answersOk } from './http.js';
import { type Certificates, type Database, prepareTls, startBroker, startDatabase } from './infrastructure.js';
import { type LocalFile } from './local-file.js';
import type { LocalSystem, RunningPart, StartOptions } from './local-system.js';
import { type Mailbox, startMailbox } from './mailbox/mailbox.js';
import {
  databaseNames,
  mailboxPort,
  type PartName,
  partNames,
  parts,
  type ServiceName,
  type Urls,
  urlsFor,
} from './parts.js';
import { PlainFailure } from './plain-failure.js';
import { explainTaken, takenPorts } from './ports.js';
import { type Say, step } from './say.js';
import { type Secrets, secretsOf } from './secrets.js';
import { type Seeded, seedSystem } from './seed/seed-system.js';
import { demoAppEnvironment, serviceEnvironment, type Setting, simulatorEnvironment } from './service-environment.js';
import { ServiceProcess } from './service-process.js';

export const checkout = resolve(fileURLToPath(new URL('../../../', import.meta.url)));

/**
 * Starts the whole system as separate processes of the compiled services: PostgreSQL, perhaps Kafka, the simulator, the
 * four services and the demo app, with demo data. Resolves when all of it is ready. `tsc -b` must have run.
 */
export async function startLocalSystem(options: StartOptions = {}): Promise<LocalSystem> {
  const system = new System(options);
  try {
    await system.start();
    return system.handle();
  } catch (problem) {
    await system.stop();
    throw problem;
  }
}

class System {
  private readonly portBase: number;
  private readonly urls: Urls;
  private readonly dataDir: string;
  private readonly temporary: boolean;
  private readonly say: Say;
  private readonly guardian = new Guardian();
  private readonly services = new Map<PartName, ServiceProcess>();
  private readonly others: ServiceProcess[] = [];
  private folder: { release(): void } | undefined;
  private database: Database | undefined;
  private kafka: RunningKafka | undefined;
  private mailbox: Mailbox | undefined;
  private local: Omit<LocalFile, 'processes'> | undefined;
  private addService: (part: ServiceName, port: number) => ServiceProcess = () => {
    throw new Error('too early for a second process');
  };
  private seed: () => Promise<Seeded> = () => Promise.reject(new Error('too early for demo data'));

  constructor(private readonly options: StartOptions) {
    this.portBase = options.portBase ?? 4000;
    this.urls = urlsFor(this.portBase);
    this.temporary = options.dataDir === undefined;
    this.dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'homerealm-local-'));
    this.say = options.say ?? (() => {});
  }

  async start(): Promise<void> {
    const { say, dataDir, urls } = this;
    mkdirSync(dataDir, { recursive: true });
    this.folder = openDataFolder(dataDir);
    const taken = await takenPorts(this.portBase);
    if (taken.length > 0) throw new PlainFailure(explainTaken(taken, this.portBase));
    const secrets = secretsOf(dataDir);
    const given = this.options.environment ?? process.env;
    const tls = await prepareTls(dataDir, given);
    this.database = await this.step('PostgreSQL', () => startDatabase(dataDir));
    const { kafka = false, kafkaNodes = 1, routeKafka } = this.options;
    const broker = { own: kafka === 'own', nodes: kafkaNodes, ...(routeKafka && { advertise: routeKafka }) };
    if (kafka) this.kafka = await this.step('Apache Kafka', () => startBroker(dataDir, broker, say));

    this.mailbox = await startMailbox(mailboxPort(this.portBase));
    const setting = await this.settingOf(secrets, tls, given);
    this.addService = (part, port) => this.makeOther(part, port, setting, tls);
    await this.step('simulator and services', () => this.startServices(setting, tls));
    this.seed = () => seedSystem({ urls, admin: secrets.admin, dataDir, simulatorCa: tls.caPem });
    const seeded = await this.step('demo data', () => this.seed());
    const demoApp = this.makeService('demoApp', demoAppEnvironment(seeded.demoApplication, setting), tls);
    await this.step('demo app', () => demoApp.start());
    this.local = {
      urls,
      kafka: this.kafka ? { brokers: this.kafka.brokers } : null,
      postgres: this.database.urls,
      mailbox: { url: this.mailbox.url },
      issuer: urls.gateway,
      admin: secrets.admin,
      ...seeded,
      caFile: tls.caFile,
    };
  }

  /** The order matters: who is asked last is stopped last. Whatever fails, the rest is stopped all the same. */
  async stop(): Promise<void> {
    const [demoApp, simulator] = [this.services.get('demoApp'), this.services.get('simulator')];
    const middle = [...this.services.values()].filter((service) => service !== demoApp && service !== simulator);
    const stops = [
      () => demoApp?.stop(),
      () => Promise.all(this.others.map((service) => service.stop())),
      () => Promise.all(middle.map((service) => service.stop())),
      () => simulator?.stop(),
      () => this.mailbox?.stop(),
      () => this.kafka?.close(),
      () => this.database?.stop(),
    ];
    for (const stop of stops) {
      await Promise.resolve(stop()).catch((problem: Error) => this.say(`  while stopping: ${problem.message}`));
    }
    this.guardian.end();
    this.folder?.release();
    if (this.temporary) rmSync(this.dataDir, { recursive: true, force: true });
  }

  handle(): LocalSystem {
    const { kafka, database } = this;
    if (!database) throw new Error('there is no database');
    const file = this.localFile();
    return {
      ...file,
      kafka: kafka ?? null,
      dataDir: this.dataDir,
      service: (name) => this.partNamed(name),
      another: (name, port) => this.addService(name, port),
      database,
      localFile: () => this.localFile(),
      stop: () => this.stop(),
    };
  }

  private localFile(): LocalFile {
    if (!this.local) throw new Error('the local system is not ready');
    const pids = partNames.map((part) => [part, this.services.get(part)?.pid] as const);
    const all = [
      ...pids,
      ['postgres', this.database?.pid] as const,
      ['kafka', this.kafka?.pid ?? undefined] as const,
      ['runner', process.pid] as const,
    ];
    const processes = Object.fromEntries(all.filter((entry): entry is [PartName, number] => entry[1] !== undefined));
    return { ...this.local, processes };
  }

  private async settingOf(secrets: Secrets, tls: Certificates, given: Environment): Promise<Setting> {
    if (!this.database || !this.mailbox) throw new Error('there is no database yet, or no mailbox');
    const { routeDatabase = (_name, url) => Promise.resolve(url) } = this.options;
    const postgres = { ...this.database.urls };
    for (const name of databaseNames) postgres[name] = await routeDatabase(name, postgres[name]);
    return {
      given,
      portBase: this.portBase,
      urls: this.urls,
      postgres,
      kafka: this.kafka ?? null,
      mailbox: this.mailbox,
      secrets,
      caBundle: tls.caBundle,
      tlsFolder: tls.folder,
    };
  }

  private async startServices(setting: Setting, tls: Certificates): Promise<void> {
    const four = (['gateway', 'registry', 'directory', 'profileSync'] as const).map((part) =>
      this.makeService(part, serviceEnvironment(part, setting), tls),
    );
    const simulator = this.makeService('simulator', simulatorEnvironment(setting), tls);
    await Promise.all([simulator, ...four].map((service) => service.start()));
  }

  private makeService(part: PartName, environment: Environment, tls: Certificates): ServiceProcess {
    const { app } = parts[part];
    const { onLog, onUnexpectedEnd } = this.options;
    const service = new ServiceProcess({
      name: app,
      entry: join(checkout, 'apps', app, 'dist', 'main.js'),
      environment,
      logFile: join(this.dataDir, 'logs', `${app}.log`),
      readyUrl: part === 'simulator' ? `${this.urls.simulator}/_sim/settings` : `${this.urls[part]}/readyz`,
      ask: (url) => answersOk(url, tls.caPem),
      guardian: this.guardian,
      onLine: onLog && ((line) => onLog(`${app}: ${line}`)),
      // While it starts, the failed start says it, with the last lines.
      onUnexpectedEnd: (_, how) => this.local && onUnexpectedEnd?.(part, how),
    });
    this.services.set(part, service);
    return service;
  }

  private makeOther(part: ServiceName, port: number, setting: Setting, tls: Certificates): ServiceProcess {
    const { app } = parts[part];
    const service = new ServiceProcess({
      name: `${app} at ${port}`,
      entry: join(checkout, 'apps', app, 'dist', 'main.js'),
      environment: { ...serviceEnvironment(part, setting), PORT: String(port) },
      logFile: join(this.dataDir, 'logs', `${app}-${port}.log`),
      readyUrl: `http://localhost:${port}/readyz`,
      ask: (url) => answersOk(url, tls.caPem),
      guardian: this.guardian,
    });
    this.others.push(service);
    return service;
  }

  private partNamed(name: PartName): RunningPart {
    const service = this.services.get(name);
    if (!service) throw new Error(`there is no part ${name}`);
    if (name !== 'simulator') return service;
    // The simulator remembers nothing: it is told again where sign-ins come back to.
    return {
      get pid() {
        return service.pid;
      },
      stop: () => service.stop(),
      kill: () => service.kill(),
      signal: (signal) => service.signal(signal),
      start: async () => {
        await service.start();
        await this.seed();
      },
    };
  }

  private async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    this.options.signal?.throwIfAborted();
    const result = await step(this.say, title, work);
    this.options.signal?.throwIfAborted();
    return result;
  }
}

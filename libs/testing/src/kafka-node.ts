import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { java, recipeFolder } from './kafka-jars.js';
import { waitForBroker } from './kafka-ready.js';
import type { KafkaNode } from './kafka-types.js';
import { leash, type Leashed } from './leash.js';

export type NodePlan = {
  id: number;
  /** How many nodes there are, and so how many copies of everything. */
  copies: 1 | 3;
  cluster: string;
  /** Folder of the broker's jars. */
  libs: string;
  /** Folder of this node's settings and data. */
  home: string;
  isTemporary: boolean;
  /** Where it listens for clients, and where they are told to come. */
  port: number;
  told: number;
  /** Where it listens for other nodes, as a broker and as a controller. */
  internalPort: number;
  controllerPort: number;
};

const fast = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:-UsePerfData'];

/** A node that runs on this machine's Java. */
export class JavaNode implements KafkaNode {
  private broker: Leashed | undefined;
  readonly id: number;
  readonly address: string;

  constructor(private readonly plan: NodePlan) {
    this.id = plan.id;
    this.address = `127.0.0.1:${plan.told}`;
  }

  get pid(): number | null {
    return this.broker?.pid ?? null;
  }

  /** Writes its settings and formats its data folder. @param all the nodes of the cluster */
  async prepare(all: readonly JavaNode[]): Promise<void> {
    await mkdir(this.plan.home, { recursive: true });
    await this.writeSettings(all.map(({ plan }) => plan));
    await this.format();
  }

  async start(): Promise<void> {
    const lines: string[] = [];
    const broker = await this.boot((line) => {
      lines.push(line);
      if (lines.length > 30) lines.shift();
    });
    this.broker = broker;
    const ended = broker.exited.then(() => {
      throw new Error(`the Kafka broker ended:\n${lines.join('\n')}`);
    });
    await Promise.race([waitForBroker(this.address, this.id), ended]);
    ended.catch(() => {});
    broker.letGo();
  }

  async stop(): Promise<void> {
    await this.broker?.kill();
  }

  async close(): Promise<void> {
    await this.broker?.end();
    if (this.plan.isTemporary) await rm(this.plan.home, { recursive: true, force: true });
  }

  private boot(onLine: (line: string) => void): Promise<Leashed> {
    const { home, libs, isTemporary, copies } = this.plan;
    return leash({
      command: java(),
      args: [
        ...(copies > 1 ? ['-Xms128m', '-Xmx384m'] : ['-Xms256m', '-Xmx512m']),
        ...fast,
        `-Dlog4j2.configurationFile=${join(home, 'log4j2.properties')}`,
        '-cp',
        `${libs}/*`,
        'kafka.Kafka',
        join(home, 'server.properties'),
      ],
      // Temporary data need no farewell; a broker that stays is asked politely.
      signal: isTemporary ? 'KILL' : 'TERM',
      folder: isTemporary ? home : undefined,
      cwd: '/',
      onLine,
    });
  }

  private async writeSettings(all: NodePlan[]): Promise<void> {
    const { home, id, port, told, internalPort, controllerPort, copies } = this.plan;
    const values: Record<string, string | number> = {
      NODE: id,
      VOTERS: all.map((each) => `${each.id}@127.0.0.1:${each.controllerPort}`).join(','),
      PORT: port,
      ADVERTISED_PORT: told,
      INTERNAL_PORT: internalPort,
      CONTROLLER_PORT: controllerPort,
      DATA: join(home, 'data'),
      COPIES: copies,
      COPIES_IN_SYNC: copies > 1 ? 2 : 1,
    };
    const template = await readFile(join(recipeFolder(), 'server.properties'), 'utf8');
    const filled = template.replace(/\$\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ''));
    await writeFile(join(home, 'server.properties'), filled);
    await copyFile(join(recipeFolder(), 'log4j2.properties'), join(home, 'log4j2.properties'));
  }

  private async format(): Promise<void> {
    const { home, libs, cluster } = this.plan;
    if (existsSync(join(home, 'data', 'meta.properties'))) return;
    const tool = [...fast, '-cp', `${libs}/*`, 'kafka.tools.StorageTool', 'format', '--ignore-formatted'];
    // With an equals sign: an id may begin with a dash, and would be read as an option.
    await promisify(execFile)(java(), [...tool, `--cluster-id=${cluster}`, '-c', join(home, 'server.properties')]);
  }
}

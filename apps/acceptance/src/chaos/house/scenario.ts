import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { eventually } from '@homerealm/testing';
import { checkEffects, type Effect } from '../checks/effects.js';
import type { Finding, Numbering } from '../checks/facts.js';
import { checkPublished } from '../checks/published.js';
import { Ledger, readLedger, type Told } from '../ledger.js';
import { drain } from '../rig/drain.js';
import { Program } from '../rig/program.js';
import { query } from '../rig/query.js';
import { readFacts } from '../rig/read-facts.js';
import { groupOf, lampTopicOf } from './house.js';
import type { Order, Word } from './main.js';
import type { HouseName } from './planted.js';

export type Surroundings = { house: HouseName; url: string; brokers: string[] };

/** A house as a process, its ledger, and what can be done to it. */
export class Scenario {
  private readonly unique = randomUUID();
  private readonly folder = mkdtempSync(join(tmpdir(), 'homerealm-house-'));
  private readonly ledger = new Ledger(join(this.folder, 'ledger.ndjson'));
  private readonly heard: Word[] = [];
  private readonly program: Program;

  constructor(private readonly around: Surroundings) {
    mkdirSync(join(this.folder, 'points'));
    this.program = new Program(
      'house/main.js',
      {
        ...{ UNIQUE: this.unique, HOUSE: around.house, DATABASE_URL: around.url },
        ...{ KAFKA_BROKERS: around.brokers.join(','), CRASH_POINTS: join(this.folder, 'points') },
      },
      join(this.folder, 'log'),
    );
    this.program.onLine((line) => this.heard.push(JSON.parse(line) as Word));
  }

  get topic(): string {
    return lampTopicOf(this.unique).name;
  }

  /** Starts the process, and again whenever it dies. */
  async open(): Promise<void> {
    this.program.keepAlive();
    await this.hear((word) => word.says === 'ready');
  }

  /** The process kills itself when it comes to this point; so it has to be alive. */
  killAt(point: string): { struck: Promise<unknown> } {
    writeFileSync(join(this.folder, 'points', `${this.unique}.${point}.KILL`), '');
    return { struck: this.program.end };
  }

  async kill(): Promise<void> {
    const { end } = this.program;
    this.program.signal('SIGKILL');
    await end;
  }

  /** Asks for a lamp to be lit, once; `held` and `done` tell how far it came. */
  async light(lampId: string, hold = false) {
    const number = this.ledger.nextNumber();
    await this.ledger.attempt(number, { kind: 'light-lamp', entity: lampId });
    this.order({ order: 'light', number, lampId, hold });
    const hears = (says: 'held' | 'done') => this.hear((word) => word.says === says && word.number === number);
    return {
      held: () => hears('held'),
      done: async () => {
        await hears('done');
        await this.ledger.ack(number, lampId);
      },
    };
  }

  release(): void {
    this.order({ order: 'release' });
  }

  /** Waits until so many records are in the topic. */
  async published(count: number): Promise<void> {
    const find = async () => (await readFacts(this.around.brokers, [this.topic])).length >= count;
    await eventually(find, { timeout: 30_000, every: 200, says: `${count} published events` });
  }

  /** Waits until nothing is on its way, and checks everything. */
  async check(timeout: number): Promise<Finding[]> {
    const { brokers, url } = this.around;
    const follows = [{ consumer: groupOf(this.unique), topic: this.topic }];
    const { left } = await drain({ brokers, follows, outboxes: { house: url }, timeout });
    const drained = Object.entries(left).map(([about, count]) => ({ check: 'drain', about, says: `${count} left` }));
    const numberings = await query<Numbering>(url, 'SELECT topic, subject, last::int FROM event_sequence');
    const { streams, findings } = checkPublished(await readFacts(brokers, [this.topic]), numberings);
    const effects = await query<Effect>(
      url,
      'SELECT topic, subject, sequence::int, event_id AS "eventId" FROM effect ORDER BY id',
    );
    const told = readLedger(this.ledger.path);
    return [...drained, ...findings, ...checkEffects(effects, streams.values()), ...(await checkLamps(url, told))];
  }

  async close(): Promise<void> {
    await this.program.close();
    await this.ledger.close();
    if (!process.env['CHAOS_KEEP']) rmSync(this.folder, { recursive: true, force: true });
  }

  private order(order: Order): void {
    this.program.tell(JSON.stringify(order));
  }

  private async hear(fits: (word: Word) => boolean): Promise<void> {
    await eventually(() => this.heard.some(fits), { timeout: 150_000, says: 'a word of the house' });
  }
}

/** What was acknowledged stands in the database; what was not may. */
async function checkLamps(url: string, told: readonly Told[]): Promise<Finding[]> {
  const rows = await query<{ lamp_id: string; lit: number }>(url, 'SELECT lamp_id, lit FROM lamp');
  const lamps = new Set(told.map(({ wish }) => wish.entity));
  return [...lamps].flatMap((about) => {
    const lit = rows.find((row) => row.lamp_id === about)?.lit ?? 0;
    const of = told.filter(({ wish }) => wish.entity === about);
    const acknowledged = of.filter(({ id }) => id !== undefined).length;
    if (lit >= acknowledged && lit <= of.length) return [];
    const says = `lit ${lit} times; ${acknowledged} of ${of.length} wishes were acknowledged`;
    return [{ check: 'acknowledged: nothing is lost', about, says }];
  });
}

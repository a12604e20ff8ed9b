import { ConsumerGroup, type EventLog, openEventLog, Outbox, Relay, uuid7 } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import type { Finding, Measurement } from './finding.js';
import { moved, type ParcelTopic, parcelTopic } from './parcels.js';
import { inParallel, percentile } from './rounds.js';
import { type Service, silent, type World } from './world.js';

const goals = { p50: 50, p99: 300, loaded: 1000 };
const clients = 8;
const idleEvents = 200;
const loadedSeconds = 8;

/** From the commit in one service to the commit of the effect in another, through relay, log and consumer. */
export const latency: Measurement = {
  name: 'latency',
  async run(world, { count }) {
    return [...(await throughLog(world, 'kafka', count)), ...(await throughLog(world, 'postgres-log', count))];
  },
};

async function throughLog(world: World, kind: 'kafka' | 'postgres-log', count: number): Promise<Finding[]> {
  const log = openEventLog(await world.logSettings(kind));
  const way = await Way.open(world, log, parcelTopic(`latency-${kind}`));
  try {
    await way.tellMany(200);
    const idle = await way.tellOneByOne(idleEvents);
    const peak = await way.peak(count);
    const loaded = await way.tellAtRate(peak / 2, loadedSeconds);
    return [idleFinding(kind, idle), loadedFinding(kind, loaded, peak)];
  } finally {
    await way.close();
    await log.close();
  }
}

function idleFinding(kind: string, times: number[]): Finding {
  const [p50, p99] = [percentile(times, 50), percentile(times, 99)];
  return {
    what: `commit to applied elsewhere, idle, ${kind}, p50 / p99 ms`,
    value: `${p50.toFixed(0)} / ${p99.toFixed(0)}`,
    goal: `≤ ${goals.p50} / ≤ ${goals.p99}`,
    met: p50 <= goals.p50 && p99 <= goals.p99,
  };
}

function loadedFinding(kind: string, times: number[], peak: number): Finding {
  const p99 = percentile(times, 99);
  return {
    what: `commit to applied elsewhere, at half of the peak, ${kind}, p99 ms`,
    value: p99.toFixed(0),
    goal: `≤ ${goals.loaded}`,
    met: p99 <= goals.loaded,
    details: `p50 ${percentile(times, 50).toFixed(0)}; peak ${peak.toFixed(0)} a second from end to end`,
  };
}

/** Two services, all of it in this process: the clock is one, and what they cost each other is in the figures. */
class Way {
  private readonly appliedAt = new Map<string, number>();
  private constructor(
    private readonly topic: ParcelTopic,
    private readonly post: Service,
    private readonly shop: Service,
    private readonly outbox: Outbox,
    private readonly parts: { close(): Promise<void> }[],
  ) {}

  static async open(world: World, log: EventLog, topic: ParcelTopic): Promise<Way> {
    const [post, shop] = [await world.openService('post'), await world.openService('shop')];
    await log.ensureTopics([topic]);
    const relay = new Relay({ service: 'post', says: silent, log, databaseUrl: post.url });
    relay.start();
    const outbox = new Outbox(post.database, 'post', relay.wake);
    const parts: { close(): Promise<void> }[] = [relay, post];
    const way = new Way(topic, post, shop, outbox, parts);
    const group = new ConsumerGroup({
      ...{ service: 'shop', database: shop.database, log, says: silent, topics: [topic], concurrency: 8 },
      handle: ({ subject, sequence }) => way.apply(subject, sequence),
      onFatal: () => {},
    });
    group.start();
    parts.unshift(group);
    parts.push(shop);
    await eventually(() => group.state === 'up', { timeout: 60_000, says: 'a consumer that is a member' });
    return way;
  }

  /** One after the other, each as soon as the one before was applied. @returns milliseconds */
  async tellOneByOne(count: number): Promise<number[]> {
    const times: number[] = [];
    for (let index = 0; index < count; index++) times.push(await this.timeOf(...(await this.tell())));
    return times;
  }

  async tellMany(count: number): Promise<void> {
    const told: [string, number][] = [];
    await inParallel(clients, count, async () => void told.push(await this.tell()));
    await Promise.all(told.map((each) => this.timeOf(...each)));
  }

  /** @returns events a second, from the first command to the last effect */
  async peak(count: number): Promise<number> {
    const started = performance.now();
    await this.tellMany(count);
    return (count * 1000) / (performance.now() - started);
  }

  /** Tells evenly, whether or not the earlier ones have arrived. @returns milliseconds of each */
  async tellAtRate(rate: number, seconds: number): Promise<number[]> {
    const started = performance.now();
    const told: Promise<number>[] = [];
    while (performance.now() - started < seconds * 1000) {
      const due = ((performance.now() - started) / 1000) * rate;
      while (told.length < due) told.push(this.tell().then((each) => this.timeOf(...each)));
      await new Promise((resume) => setTimeout(resume, 5));
    }
    return Promise.all(told);
  }

  async close(): Promise<void> {
    for (const part of this.parts) await part.close();
  }

  private async tell(): Promise<[string, number]> {
    const parcelId = uuid7();
    await this.post.database.transaction(() => this.outbox.append(moved(this.topic, parcelId)));
    return [parcelId, performance.now()];
  }

  private async apply(subject: string, sequence: number): Promise<void> {
    const { database } = this.shop;
    await database.sql.query('INSERT INTO move (parcel_id, seq) VALUES ($1, $2)', [subject, sequence]);
    database.afterCommit(() => this.appliedAt.set(subject, performance.now()));
  }

  private async timeOf(parcelId: string, committed: number): Promise<number> {
    const applied = await eventually(() => this.appliedAt.get(parcelId), {
      ...{ timeout: 60_000, every: 10, says: 'an applied event' },
    });
    this.appliedAt.delete(parcelId);
    return Math.max(0, applied - committed);
  }
}

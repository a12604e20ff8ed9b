import type { ReceivedEvent } from '@homerealm/contracts';
import { createDatabase, describeWithKafka, eventually, kafkaBrokers } from '@homerealm/testing';
import { exampleTopics, type ExampleTopics } from '../fixtures/example-topics.js';
import { type House, keepWords, openHouse } from '../fixtures/open-house.js';
import { openEventLog } from '../open-event-log.js';
import { PostgresLog } from '../postgres-log/postgres-log.js';
import type { EventLogSettings } from '../settings.js';
import { ConsumerGroup, type ConsumerGroupOptions } from './consumer-group.js';
import type { EventLog, SubscribeOptions, Subscription } from './event-log.port.js';
import { Freshness } from './freshness.js';
import { event, tombstone } from './outgoing-event.js';
import { PgDatabase } from './pg-database.js';
import { migrateConsumer } from './migrate-consumer.js';
import { Relay } from './relay.js';
import { uuid7 } from './uuid7.js';

/** A consumer outside of the services: plain pg, its own database, its own table. */
class Follower {
  readonly database: PgDatabase;
  readonly handled: string[] = [];
  private readonly groups: ConsumerGroup[] = [];
  private isClosed = false;

  constructor(
    url: string,
    private readonly log: EventLog,
    private readonly topics: ExampleTopics,
  ) {
    this.database = new PgDatabase({ url });
  }

  follow(options: Partial<ConsumerGroupOptions> = {}): ConsumerGroup {
    const group = new ConsumerGroup({
      ...{ service: 'follower', database: this.database, log: this.log, says: keepWords().says },
      topics: [this.topics.lampTopic],
      handle: async (received: ReceivedEvent<string, unknown>) => {
        this.handled.push(`${received.type} ${received.subject} ${received.sequence}${received.data ? '' : ' gone'}`);
        await this.database.sql.query('SELECT 1');
      },
      onFatal: (error) => {
        throw error;
      },
      ...options,
    });
    this.groups.push(group);
    group.start();
    return group;
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await Promise.all(this.groups.map((group) => group.close()));
    await this.database.close();
  }
}

function itStartsFromStates(settings: () => Promise<EventLogSettings>): void {
  const topics = exampleTopics(uuid7());
  const { lampTopic, lampStateTopic } = topics;
  let house: House;
  let log: EventLog;
  let relay: Relay;
  const followers: Follower[] = [];

  beforeAll(async () => {
    house = await openHouse();
    log = openEventLog(await settings());
    const prepare = () => log.ensureTopics([lampTopic, lampStateTopic]);
    relay = new Relay({ service: 'house', databaseUrl: house.url, log, says: keepWords().says, prepare });
  });
  afterAll(async () => {
    await Promise.all(followers.map((follower) => follower.close()));
    await log.close();
    await house.source.destroy();
  });

  const newFollower = async () => {
    const follower = new Follower(await createDatabase('follower'), log, topics);
    followers.push(follower);
    await migrateConsumer(follower.database);
    return follower;
  };
  const light = (lampId: string) =>
    house.database.transaction(() =>
      house.outbox.append(
        event(lampTopic, 'LampLit', lampId, { lampId, watts: 1 }),
        event(lampStateTopic, 'LampState', lampId, { lampId, watts: 1 }),
      ),
    );

  it('begins with how things are, and goes on from the sequence of each state', async () => {
    await light('a');
    await light('a');
    await light('b');
    await house.database.transaction(() =>
      house.outbox.append(event(lampTopic, 'LampBroken', 'b', { lampId: 'b' }), tombstone(lampStateTopic, 'b')),
    );
    await relay.runOnce();
    const follower = await newFollower();
    const group = follower.follow({ startFrom: [lampStateTopic] });
    await eventually(() => group.state === 'up', { timeout: 30_000 });
    expect(follower.handled).toContain('LampState b 2 gone');
    await light('a');
    await light('c');
    await relay.runOnce();
    await eventually(() => follower.handled.includes('LampLit c 1'), { timeout: 30_000 });
    await eventually(() => follower.handled.includes('LampLit a 3'), { timeout: 30_000 });
    expect(follower.handled.filter((line) => line.startsWith('LampLit a'))).toEqual(['LampLit a 3']);
    expect(follower.handled.filter((line) => line.startsWith('LampBroken'))).toEqual([]);
    const freshness = new Freshness({ database: follower.database, consumer: 'follower' });
    await eventually(() => freshness.isFresh(lampTopic, 'a'), { timeout: 30_000 });
  });

  it('does not begin again when it comes back', async () => {
    const [follower] = followers;
    await follower?.close();
    const again = new Follower(follower?.database.pool.options.connectionString ?? '', log, topics);
    followers.push(again);
    again.follow({ startFrom: [lampStateTopic] });
    await light('a');
    await relay.runOnce();
    await eventually(() => again.handled.length > 0, { timeout: 30_000 });
    expect(again.handled).toEqual(['LampLit a 4']);
    await again.close();
  });

  it('begins again when its database is new though the group has been further', async () => {
    const follower = await newFollower();
    const group = follower.follow({ startFrom: [lampStateTopic] });
    await eventually(() => group.state === 'up', { timeout: 60_000 });
    expect(follower.handled).toEqual(expect.arrayContaining(['LampState a 4', 'LampState b 2 gone', 'LampState c 1']));
    await follower.close();
  });

  it('shares the beginning out when several processes start together, and tells each state once', async () => {
    const follower = await newFollower();
    const [one, two] = [follower, new Follower(follower.database.pool.options.connectionString ?? '', log, topics)];
    followers.push(two);
    const groups = [one, two].map((each) => each.follow({ service: 'pair', startFrom: [lampStateTopic] }));
    const handled = () => [...one.handled, ...two.handled];
    await eventually(() => groups.every(({ state }) => state === 'up'), { timeout: 60_000 });
    await light('d');
    await relay.runOnce();
    await eventually(() => handled().includes('LampLit d 1'), { timeout: 60_000 });
    expect(new Set(handled()).size).toBe(handled().length);
    expect(handled()).toEqual(expect.arrayContaining(['LampState a 4', 'LampState b 2 gone', 'LampState c 1']));
  });
}

describe('a consumer that starts from states, on the Postgres log', () =>
  itStartsFromStates(async () => ({
    EVENT_LOG: 'postgres-log',
    EVENT_LOG_DATABASE_URL: await createDatabase('log'),
  })));

describeWithKafka('a consumer that starts from states, on Kafka', () =>
  itStartsFromStates(async () => ({ EVENT_LOG: 'kafka', KAFKA_BROKERS: await kafkaBrokers() })),
);

describe('a consumer whose log client died', () => {
  /** The real log, whose members can be told that they are dead. */
  class MortalLog extends PostgresLog {
    readonly members: SubscribeOptions[] = [];

    override subscribe(options: SubscribeOptions): Promise<Subscription> {
      this.members.push(options);
      return super.subscribe(options);
    }
  }

  it('is rebuilt once; when it dies again within a minute, its process is to end', async () => {
    const topics = exampleTopics(uuid7());
    const log = new MortalLog(await createDatabase('log'), 50);
    const follower = new Follower(await createDatabase('follower'), log, topics);
    await migrateConsumer(follower.database);
    const ends: unknown[] = [];
    const group = follower.follow({ onFatal: (error) => ends.push(error) });
    await eventually(() => group.state === 'up');
    log.members[0]?.onState?.('dead', new Error('first'));
    await eventually(() => log.members.length === 2 && group.state === 'up');
    const publisher = await log.openPublisher();
    const headers = { ce_specversion: '1.0', ce_id: 'x', ce_type: 'LampPainted', ce_sequence: '1' };
    await publisher.publish([{ topic: topics.lampTopic.name, key: 'a', value: '{}', headers }]);
    const isThrough = async () =>
      (await follower.database.sql.query('SELECT 1 FROM event_inbox WHERE last_seq = 1')).length === 1;
    await eventually(isThrough);
    expect(ends).toEqual([]);
    log.members[1]?.onState?.('dead', new Error('second'));
    expect(ends).toEqual([new Error('second')]);
    expect(log.members).toHaveLength(2);
    await follower.close();
    await log.close();
  });
});

import { createDatabase, describeWithKafka, eventually, kafkaBrokers } from '@homerealm/testing';
import { type CanActivate, Controller, Injectable, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { register } from 'prom-client';
import { Database } from '../core/database.js';
import { Outbox } from '../core/outbox.js';
import { event, tombstone } from '../core/outgoing-event.js';
import { uuid7 } from '../core/uuid7.js';
import { exampleTopics, type LampEvent } from '../fixtures/example-topics.js';
import { openEventLog } from '../open-event-log.js';
import type { EventLogSettings } from '../settings.js';
import { readAll } from '../tail-events.js';
import { Consumes, type EventContext } from './consumes.js';
import { EventsModule } from './events.module.js';
import { EventsServer } from './events-server.js';
import { eventHealth } from './health.js';

const topics = exampleTopics(`nest-${uuid7()}`);
const { lampTopic, lampStateTopic, billTopic } = topics;
let guarded = 0;

@Injectable()
class Counted implements CanActivate {
  canActivate(): boolean {
    guarded++;
    return true;
  }
}

@Injectable()
class BillLamp {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {}

  execute(lampId: string, sequence: number): Promise<void> {
    return this.database.transaction(async (manager) => {
      await manager.query('INSERT INTO effect (subject, seq) VALUES ($1, $2)', [lampId, sequence]);
      await this.outbox.append(event(billTopic, 'LampBilled', lampId, { lampId }));
      if (lampId.startsWith('poison')) throw new RangeError('poison');
    });
  }
}

@Controller()
class OnLamp {
  readonly states: string[] = [];

  constructor(private readonly billLamp: BillLamp) {}

  @Consumes(lampTopic)
  @UseGuards(Counted)
  async handle(lamp: LampEvent, context: EventContext): Promise<void> {
    if (context.topic !== lampTopic.name) throw new Error('no context');
    if (lamp.type === 'LampLit') await this.billLamp.execute(lamp.data.lampId, lamp.sequence);
  }

  @Consumes(lampStateTopic)
  onState(state: { subject: string; data: unknown }, { revision }: EventContext): void {
    this.states.push(`${state.subject} ${revision} ${state.data === null ? 'gone' : 'there'}`);
  }
}

type Started = { app: INestApplicationContext; get: INestApplicationContext['get']; close: () => Promise<void> };

async function start(service: string, url: string, log: EventLogSettings, consumes: boolean): Promise<Started> {
  @Module({
    imports: [
      EventsModule.for({
        service,
        settings: { ...log, DATABASE_URL: url },
        entities: [],
        migrations: [],
        topics: [lampTopic, lampStateTopic, billTopic],
      }),
    ],
    controllers: consumes ? [OnLamp] : [],
    providers: consumes ? [BillLamp, Counted] : [],
  })
  class AppModule {}
  const app = await NestFactory.create(AppModule, new FastifyAdapter(), { logger: false });
  app.connectMicroservice({ strategy: app.get(EventsServer) }, { inheritAppConfig: true });
  await app
    .get(Database)
    .dataSource.query('CREATE TABLE IF NOT EXISTS effect (subject text NOT NULL, seq bigint NOT NULL)');
  await app.startAllMicroservices();
  await app.init();
  return { app, get: app.get.bind(app) as Started['get'], close: () => app.close() };
}

function itCarriesEvents(settings: () => Promise<EventLogSettings>): void {
  let log: EventLogSettings;
  let urls: string[];
  let house: Started;
  let accounts: Started;

  beforeAll(async () => {
    log = await settings();
    urls = [await createDatabase('house'), await createDatabase('accounts')];
    house = await start('house', urls[0] ?? '', log, false);
    accounts = await start('accounts', urls[1] ?? '', log, true);
  });
  afterAll(async () => {
    await Promise.all([house.close(), accounts.close()]);
  });

  const tell = (...events: Parameters<Outbox['append']>) =>
    house.get(Database).transaction(() => house.get(Outbox).append(...events));
  const lit = (lampId: string) => event(lampTopic, 'LampLit', lampId, { lampId, watts: 1 });
  const effects = async (subject: string) =>
    (
      await accounts
        .get(Database)
        .dataSource.query<{ seq: string }[]>('SELECT seq FROM effect WHERE subject = $1', [subject])
    ).map(({ seq }) => Number(seq));

  it('brings an event from one service to the handler of another, with its own events behind it', async () => {
    const lampId = uuid7();
    const before = guarded;
    await tell(lit(lampId), lit(lampId), event(lampTopic, 'LampBroken', lampId, { lampId }));
    await eventually(async () => (await effects(lampId)).length === 2, { timeout: 30_000 });
    expect(await effects(lampId)).toEqual([1, 2]);
    expect(guarded).toBeGreaterThanOrEqual(before + 2);
    const reader = openEventLog(log);
    const bills = await eventually(async () => {
      const all = (await readAll(reader, billTopic)).filter(({ record }) => record.key === lampId);
      return all.length === 2 && all;
    });
    expect(bills.map(({ event: bill }) => bill?.sequence)).toEqual([1, 2]);
    expect(bills[0]?.record.headers['ce_causationid']).toMatch(/^[0-9a-f-]{36}$/);
    await reader.close();
  });

  it('parks what a handler cannot take, with the original error, and goes on with others', async () => {
    const [poison, fine] = [`poison-${uuid7()}`, uuid7()];
    await tell(lit(poison), lit(fine), lit(poison));
    const parked = await eventually(
      async () => {
        const sql = 'SELECT reason, error FROM event_parked WHERE subject = $1 ORDER BY id';
        const rows = await accounts.get(Database).dataSource.query<{ reason: string; error: string }[]>(sql, [poison]);
        return rows.length === 2 && rows;
      },
      { timeout: 20_000 },
    );
    expect(parked[0]).toEqual({ reason: 'failed', error: expect.stringContaining('RangeError') });
    expect(parked[1]).toMatchObject({ reason: 'behind' });
    await eventually(async () => (await effects(fine)).length === 1);
    expect(await effects(poison)).toEqual([]);
  });

  it('brings states and tombstones', async () => {
    const lampId = uuid7();
    await tell(lit(lampId), event(lampStateTopic, 'LampState', lampId, { lampId, watts: 1 }));
    await tell(tombstone(lampStateTopic, lampId));
    const seen = () => accounts.get(OnLamp).states.filter((state) => state.startsWith(lampId));
    await eventually(() => seen().length === 2);
    expect(seen()).toEqual([`${lampId} 1 there`, `${lampId} 2 gone`]);
  });

  it('goes on where it was after a restart', async () => {
    const lampId = uuid7();
    await tell(lit(lampId));
    await eventually(async () => (await effects(lampId)).length === 1);
    await accounts.close();
    await tell(lit(lampId));
    accounts = await start('accounts', urls[1] ?? '', log, true);
    await eventually(async () => (await effects(lampId)).length === 2, { timeout: 30_000 });
    expect(await effects(lampId)).toEqual([1, 2]);
  });

  it('reports its health and its numbers', async () => {
    await eventually(() => accounts.get(EventsServer).state === 'up');
    const health = await eventually(async () => {
      const report = await eventHealth(house.app);
      return report.relay.isLeader && report;
    });
    expect(health).toEqual({
      database: true,
      relay: { isLeader: true, waiting: 0, oldestSeconds: 0 },
      consumer: { state: 'idle', stuck: [] },
    });
    const text = await register.metrics();
    expect(text).toContain('events_outbox_rows{service="house"} 0');
    expect(text).toContain('events_consumer_up{service="accounts"} 1');
  });
}

describe('the events module on the Postgres log', () => {
  itCarriesEvents(async () => ({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: await createDatabase('log') }));

  it('refuses two handlers of one topic', async () => {
    @Controller()
    class Twice {
      @Consumes(lampTopic)
      one(): void {}
      @Consumes(lampTopic)
      two(): void {}
    }
    const url = await createDatabase('twice');
    const settings = { EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: url, DATABASE_URL: url } as const;
    const app = await NestFactory.create(
      {
        module: class Root {},
        imports: [EventsModule.for({ service: 'house', settings, entities: [], migrations: [] })],
        controllers: [Twice],
      },
      new FastifyAdapter(),
      { logger: false },
    );
    app.connectMicroservice({ strategy: app.get(EventsServer) });
    await expect(app.startAllMicroservices()).rejects.toThrow('has two handlers');
    await app.close();
  });
});

describeWithKafka('the events module on Kafka', () => {
  itCarriesEvents(async () => ({ EVENT_LOG: 'kafka', KAFKA_BROKERS: await kafkaBrokers() }));

  it('starts, takes events and stops while the log is down', async () => {
    const url = await createDatabase('alone');
    const alone = await start('house', url, { EVENT_LOG: 'kafka', KAFKA_BROKERS: ['127.0.0.1:1'] }, false);
    await alone
      .get(Database)
      .transaction(() => alone.get(Outbox).append(event(lampTopic, 'LampLit', 'a', { lampId: 'a', watts: 1 })));
    expect((await eventHealth(alone.app)).relay.waiting).toBe(1);
    await alone.close();
  });
});

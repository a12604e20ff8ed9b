import { allTopics, type AnyTopic } from '@homerealm/contracts';
import {
  type DynamicModule,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { DataSource, type EntitySchema, type MigrationInterface } from 'typeorm';
import { Database } from '../core/database.js';
import { endProcess } from '../core/end-process.js';
import { EventLog } from '../core/event-log.port.js';
import { Freshness } from '../core/freshness.js';
import { type Says } from '../core/log.js';
import { watchOutbox } from '../core/metrics.js';
import { Outbox } from '../core/outbox.js';
import { ParkedEvents } from '../core/parked.js';
import { configurePoints } from '../core/points.js';
import { registerProjections } from '../core/projections.js';
import { Relay } from '../core/relay.js';
import { openEventLog } from '../open-event-log.js';
import type { EventSettings } from '../settings.js';
import { EventsServer } from './events-server.js';
import { EventHealth, measureOutbox } from './health.js';
import { type Constructor, openDataSource } from './open-data-source.js';

export type EventsModuleOptions = {
  /** Name of the service: owner of the topics it publishes to, consumer group, label of metrics. */
  service: string;
  settings: EventSettings;
  entities: readonly (Constructor | EntitySchema)[];
  migrations: readonly Constructor<MigrationInterface>[];
  /** All topics there are; only tests bring their own. */
  topics?: readonly AnyTopic[];
  /** Tables that hold nothing but what a topic told, by the topic's name: a replay of it begins with empty ones. */
  projections?: Readonly<Record<string, readonly string[]>>;
  /** What to do when the consumer cannot be revived. By default the process ends with status 1. */
  onFatal?: (error: unknown) => void;
};

/** Starts the relay with the application, and takes everything down in order: relay, log, database. */
@Injectable()
class EventsLife implements OnApplicationBootstrap, OnApplicationShutdown {
  private unwatch = () => {};

  constructor(
    private readonly service: string,
    private readonly says: Says,
    private readonly settings: EventSettings,
    private readonly projections: NonNullable<EventsModuleOptions['projections']>,
    private readonly parts: { database: Database; relay: Relay; log: EventLog },
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.settings.EVENT_LOG === 'postgres-log') {
      this.says.warn(
        'Events travel through a Postgres table: for one machine only, without copies. Use Kafka elsewhere.',
      );
    }
    const { database, relay } = this.parts;
    await registerProjections(database, this.service, this.projections);
    this.unwatch = watchOutbox(this.service, () => measureOutbox(database));
    relay.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.unwatch();
    await this.parts.relay.close();
    await this.parts.log.close();
    await this.parts.database.dataSource.destroy();
  }
}

/** Database, outbox and event transport of a service. Migrations run when it starts. */
@Module({})
export class EventsModule {
  static for(options: EventsModuleOptions): DynamicModule {
    const { service, settings } = options;
    configurePoints(settings.CRASH_POINTS, service);
    const says = sayInLog();
    const own = (options.topics ?? allTopics).filter(({ owner }) => owner === service);
    const openRelay = (log: EventLog) =>
      new Relay({ service, says, log, databaseUrl: settings.DATABASE_URL, prepare: () => log.ensureTopics(own) });
    const onFatal = options.onFatal ?? endProcess(says);
    const exported = [
      provide(DataSource, [], () =>
        openDataSource({ ...options, url: settings.DATABASE_URL, poolSize: settings.DATABASE_POOL_SIZE ?? 10 }),
      ),
      provide(Database, [DataSource], (source: DataSource) => new Database(source)),
      provide(EventLog, [], () => openEventLog(settings)),
      provide(Relay, [EventLog], openRelay),
      provide(
        Outbox,
        [Database, Relay],
        (database: Database, relay: Relay) => new Outbox(database, service, relay.wake),
      ),
      provide(EventsServer, [Database, EventLog], (database: Database, log: EventLog) => {
        // Requests need connections too.
        const concurrency = Math.max(1, Math.floor((settings.DATABASE_POOL_SIZE ?? 10) / 2));
        return new EventsServer({ service, database, log, says, concurrency, onFatal });
      }),
      provide(Freshness, [Database], (database: Database) => new Freshness({ database, consumer: service })),
      provide(ParkedEvents, [Database], (database: Database) => new ParkedEvents(database)),
      provide(
        EventHealth,
        [Database, Relay, EventsServer],
        (database: Database, relay: Relay, server: EventsServer) => {
          return new EventHealth(database, relay, server);
        },
      ),
    ];
    const life = provide(EventsLife, [Database, Relay, EventLog], (database: Database, relay: Relay, log: EventLog) => {
      return new EventsLife(service, says, settings, options.projections ?? {}, { database, relay, log });
    });
    return {
      module: EventsModule,
      global: true,
      providers: [...exported, life],
      exports: exported.map(({ provide: token }) => token),
    };
  }
}

type Token = abstract new (...args: never[]) => object;

const provide = <Args extends never[]>(token: Token, inject: Token[], useFactory: (...args: Args) => unknown) => ({
  provide: token,
  inject,
  useFactory: useFactory as (...args: unknown[]) => unknown,
});

function sayInLog(): Says {
  const logger = new Logger('events');
  return {
    info: (line) => logger.log(line),
    warn: (line) => logger.warn(line),
    error: (line) => logger.error(line),
  };
}

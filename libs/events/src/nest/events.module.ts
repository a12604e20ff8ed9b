import { type DynamicModule, Module } from '@nestjs/common';
import type { EntitySchema, MigrationInterface, MixedList } from 'typeorm';
import { DataSource } from 'typeorm';
import { Database } from '../core/database.js';
import { Outbox } from '../core/outbox.js';
import type { EventSettings } from '../settings.js';
import { EventsServer } from './events-server.js';

type Constructor<T = object> = new (...args: never[]) => T;

export type EventsModuleOptions = {
  /** Name of the service: owner of the topics it publishes to, consumer group, label of metrics. */
  service: string;
  settings: EventSettings;
  entities: readonly (Constructor | EntitySchema)[];
  migrations: readonly Constructor<MigrationInterface>[];
};

/** Database, outbox and event transport of a service. Migrations run when it starts. */
@Module({})
export class EventsModule {
  static for(options: EventsModuleOptions): DynamicModule {
    return {
      module: EventsModule,
      global: true,
      providers: [
        {
          provide: DataSource,
          useFactory: () =>
            new DataSource({
              type: 'postgres',
              url: options.settings.DATABASE_URL,
              entities: [...options.entities] as MixedList<Constructor>,
              migrations: [...options.migrations] as MixedList<Constructor<MigrationInterface>>,
            }).initialize(),
        },
        { provide: Database, useFactory: (source: DataSource) => new Database(source), inject: [DataSource] },
        {
          provide: Outbox,
          useFactory: (database: Database) => new Outbox(database, options.service),
          inject: [Database],
        },
        EventsServer,
      ],
      exports: [DataSource, Database, Outbox, EventsServer],
    };
  }
}

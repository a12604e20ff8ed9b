import type { MigrationInterface, QueryRunner } from 'typeorm';
import { consumerTables, producerTables } from './event-tables.sql.js';

/** Tables of libs/events that live in every service's own database. */
export class AddEventTables1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...producerTables, ...consumerTables]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE event_parked, event_inbox, outbox, event_sequence');
  }
}

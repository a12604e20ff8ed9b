import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventCareTables } from './event-care.sql.js';

/** What operators and freshness need beside the tables of events: retries, skips, replays, how far a consumer is. */
export class AddEventCare1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of eventCareTables) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE event_projection, event_caught_up, event_catch_up, event_origin, event_skipped');
    await runner.query('DROP INDEX event_inbox_stopped');
    await runner.query('ALTER TABLE event_inbox DROP CONSTRAINT event_inbox_state');
    await runner.query(`ALTER TABLE event_inbox ADD CONSTRAINT event_inbox_state CHECK (state IN ('open', 'parked'))`);
    await runner.query('ALTER TABLE event_parked DROP sequence, DROP tries, DROP partition, DROP log_offset');
  }
}

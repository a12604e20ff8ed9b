import type pg from 'pg';
import type { LogRecord, Publisher } from '../core/event-log.port.js';
import { partitionOf } from '../core/murmur2.js';

export const newsChannel = 'homerealm_log';

/**
 * One statement: partitions are locked in one order by everybody and give out gapless offsets, so offsets grow in the
 * order of the commits and a reader may simply go on from where it was. One notification tells which partitions grew.
 *
 * Values and headers come as JSON, which is written and read faster than the elements of an array with all their quotes.
 */
const publishSql = `
  WITH grown AS (
    INSERT INTO log_partition AS p (topic, part, next_offset)
    SELECT topic, part, count(*) FROM unnest($1::text[], $2::int[]) AS r (topic, part)
    GROUP BY topic, part ORDER BY topic, part
    ON CONFLICT (topic, part) DO UPDATE SET next_offset = p.next_offset + excluded.next_offset
    RETURNING topic, part, next_offset
  ), numbered AS (
    SELECT r.*, row_number() OVER (PARTITION BY topic, part ORDER BY place) AS nth,
      count(*) OVER (PARTITION BY topic, part) AS added
    FROM ROWS FROM (unnest($1::text[], $2::int[], $3::text[]),
        json_array_elements_text($4::json), json_array_elements($5::json))
      WITH ORDINALITY AS r (topic, part, key, value, headers, place)
  ), stored AS (
    INSERT INTO log_event (topic, part, off, key, value, headers)
    SELECT n.topic, n.part, g.next_offset - n.added + n.nth - 1, n.key, n.value, n.headers::jsonb
    FROM numbered n JOIN grown g ON g.topic = n.topic AND g.part = n.part
  ), news AS (SELECT string_agg(topic || '/' || part, ' ') AS names FROM grown)
  SELECT pg_notify('${newsChannel}', CASE WHEN length(names) < 7500 THEN names ELSE '*' END) FROM news`;

export class PostgresPublisher implements Publisher {
  private partitions = new Map<string, number>();

  constructor(private readonly pool: pg.Pool) {}

  async publish(records: LogRecord[]): Promise<void> {
    if (records.some(({ topic }) => !this.partitions.has(topic))) await this.learnPartitions();
    const parts = records.map(({ topic, key }) => {
      const count = this.partitions.get(topic);
      if (!count) throw new Error(`the log has no topic ${topic}`);
      return partitionOf(key, count);
    });
    await this.pool.query(publishSql, [
      records.map(({ topic }) => topic),
      parts,
      records.map(({ key }) => key),
      JSON.stringify(records.map(({ value }) => value)),
      JSON.stringify(records.map(({ headers }) => headers)),
    ]);
  }

  async close(): Promise<void> {}

  private async learnPartitions(): Promise<void> {
    const sql = 'SELECT topic, count(*)::int AS count FROM log_partition GROUP BY topic';
    const { rows } = await this.pool.query<{ topic: string; count: number }>(sql);
    this.partitions = new Map(rows.map(({ topic, count }) => [topic, count]));
  }
}

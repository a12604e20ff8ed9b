import type { EventDatabase } from './event-database.js';
import type { StoredRecord } from './event-log.port.js';

/** Remembers where a consumer began to read each partition, for as long as its cursors live. */
export class Origins {
  private readonly known = new Map<string, Promise<boolean>>();

  constructor(
    private readonly database: EventDatabase,
    private readonly consumer: string,
  ) {}

  /** @returns true when the consumer has read the record's partition from the very first record that it ever held */
  isFromTheStart(record: StoredRecord): Promise<boolean> {
    const partition = `${record.topic}/${record.partition}`;
    const known = this.known.get(partition);
    if (known) return known;
    const asked = this.ask(record);
    this.known.set(partition, asked);
    asked.catch(() => this.known.delete(partition));
    return asked;
  }

  private async ask({ topic, partition, offset }: StoredRecord): Promise<boolean> {
    const place = [this.consumer, topic, partition];
    const { sql } = this.database;
    await sql.query(
      `INSERT INTO event_origin (consumer, topic, partition, first_offset) VALUES ($1, $2, $3, $4)
       ON CONFLICT DO NOTHING`,
      [...place, offset],
    );
    const [row] = await sql.query<{ first_offset: string }>(
      'SELECT first_offset FROM event_origin WHERE consumer = $1 AND topic = $2 AND partition = $3',
      place,
    );
    return row?.first_offset === '0';
  }
}

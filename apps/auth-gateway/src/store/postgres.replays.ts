import { createHash } from 'node:crypto';
import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { Replays } from '../use-cases/replays.port.js';

@Injectable()
export class PostgresReplays extends Replays {
  constructor(private readonly database: Database) {
    super();
  }

  /** Past any transaction that is open around it: a sign-in that fails later does not make the message new again. */
  async remember(key: string, until: Date): Promise<boolean> {
    const keyHash = createHash('sha256').update(key).digest('base64url');
    const rows: unknown = await this.database.dataSource.query(remember, [keyHash, until]);
    return (rows as unknown[]).length === 1;
  }

  async sweep(now: number): Promise<number> {
    const rows: unknown = await this.database.dataSource.query(sweep, [new Date(now - graceMilliseconds)]);
    return (rows as { forgotten: number }[])[0]?.forgotten ?? 0;
  }
}

/** Clocks of instances differ: forgotten is only what every one of them refuses for its age. */
const graceMilliseconds = 10 * 60_000;

/** A second one waits for the first, and then finds it. */
const remember = `
  INSERT INTO used_assertion (key_hash, expires_at) VALUES ($1, $2) ON CONFLICT (key_hash) DO NOTHING RETURNING key_hash`;

const sweep = `
  WITH gone AS (
    DELETE FROM used_assertion WHERE key_hash IN (
      SELECT key_hash FROM used_assertion WHERE expires_at < $1 ORDER BY expires_at LIMIT 500 FOR UPDATE SKIP LOCKED
    ) RETURNING key_hash
  )
  SELECT count(*)::integer AS forgotten FROM gone`;

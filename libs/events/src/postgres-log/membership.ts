import type pg from 'pg';
import { GroupBusyError } from '../core/event-log.port.js';
import { partitionOf } from '../core/murmur2.js';
import { PreparingClient } from '../core/prepared.js';

/** Tells the members of a group that one came, went, or let a partition go. */
export const groupChannel = 'homerealm_log_group';

/** A member that says nothing for so long has its session ended by the server, and with it go its locks. */
const silence = 10_000;

const sharesSql = `
  SELECT t.name, count(*)::int AS members, (count(*) FILTER (WHERE l.pid < pg_backend_pid()))::int AS before
  FROM unnest($2::text[]) AS t (name)
  JOIN pg_locks l ON l.locktype = 'advisory' AND l.mode = 'ShareLock' AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended($1 || ' ' || t.name, 0)
  GROUP BY t.name`;

type Shares = { name: string; members: number; before: number };

/**
 * A member's place in its group: locks of one database session. A shared lock for each topic says that we are there,
 * so that others can count us; an exclusive one for each partition says that it is ours. They end with the session.
 */
export class Membership {
  constructor(
    private readonly client: pg.Client,
    private readonly group: string,
  ) {}

  async join(topics: readonly string[]): Promise<void> {
    const { client, group } = this;
    // A member that is stopped or cut off must not keep its partitions for ever.
    await client.query(`SET idle_session_timeout = ${silence}`);
    await client.query(`LISTEN ${groupChannel}`);
    const names = [group, ...topics.map((topic) => `${group} ${topic}`)];
    await client.query(
      'SELECT pg_advisory_lock_shared(hashtextextended(name, 0)) FROM unnest($1::text[]) AS t (name)',
      [names],
    );
    await this.tell();
  }

  /** How many partitions of each topic are for us. The shares of all members together are all partitions. */
  async shares(topics: readonly { name: string; partitions: number }[]): Promise<Map<string, number>> {
    const names = topics.map(({ name }) => name);
    const { rows } = await this.client.query<Shares>(sharesSql, [this.group, names]);
    const counted = new Map(rows.map((row) => [row.name, row]));
    return new Map(
      topics.map(({ name, partitions }) => {
        const { members, before } = counted.get(name) ?? { members: 1, before: 0 };
        // Each topic counts from another member, so that what is left over is not always the same one's.
        const place = (before + partitionOf(name, members)) % members;
        return [name, Math.floor(partitions / members) + (place < partitions % members ? 1 : 0)];
      }),
    );
  }

  /** @returns whether the partition is ours now */
  async take(partition: string): Promise<boolean> {
    const { rows } = await this.client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
      [`${this.group} ${partition}`],
    );
    return rows[0]?.taken === true;
  }

  async giveBack(partition: string): Promise<void> {
    await this.client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [`${this.group} ${partition}`]);
    await this.tell();
  }

  /** Says good-bye at once instead of when the session ends. */
  async leave(): Promise<void> {
    await this.client.query('SELECT pg_advisory_unlock_all()');
    await this.tell();
  }

  private async tell(): Promise<void> {
    await this.client.query('SELECT pg_notify($1, $2)', [groupChannel, this.group]);
  }
}

/** Does the work while the group has no members, and keeps new ones waiting until it is done. @throws GroupBusyError */
export async function whileNobodyIsMember(
  url: string,
  group: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new PreparingClient({ connectionString: url, query_timeout: 30_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const sql = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS alone';
    const { rows } = await client.query<{ alone: boolean }>(sql, [group]);
    if (!rows[0]?.alone) throw new GroupBusyError(group);
    await work(client);
  } finally {
    await client.end();
  }
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allTopics } from '@homerealm/contracts';
import { type EventLog, readAll } from '@homerealm/events';
import type { LocalSystem } from '@homerealm/local';
import pg from 'pg';

/** Looks for words in everything that the services keep: every row, every record, every line they logged. */
export class Everywhere {
  private readonly pools: (readonly [string, pg.Pool])[];

  constructor(
    private readonly system: LocalSystem,
    private readonly log: EventLog,
    private readonly words: readonly string[],
  ) {
    this.pools = Object.entries(system.postgres).map(([name, url]) => [
      name,
      new pg.Pool({ connectionString: url, max: 1 }),
    ]);
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map(([, pool]) => pool.end()));
  }

  /** Places where a word stands: tables as `service.table`, topics by name, log files by name. */
  async find(): Promise<string[]> {
    return [...(await this.inRows()), ...(await this.inRecords()), ...this.inLogs()].sort();
  }

  async inRows(): Promise<string[]> {
    const found: string[] = [];
    for (const [name, pool] of this.pools) {
      const { rows: tables } = await pool.query<{ table: string }>(
        `SELECT quote_ident(table_name) AS table FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
      );
      for (const { table } of tables) {
        const holds = `SELECT 1 FROM ${table} AS r WHERE lower(r::text) LIKE ANY ($1) LIMIT 1`;
        const { rows } = await pool.query(holds, [this.words.map((word) => `%${word}%`)]);
        if (rows.length > 0) found.push(`${name}.${table.replaceAll('"', '')}`);
      }
    }
    return found.sort();
  }

  async inRecords(): Promise<string[]> {
    const found = await Promise.all(
      allTopics.map(async (topic) => {
        const records = (await readAll(this.log, topic)).map(({ record }) => record);
        const texts = records.map(({ key, value, headers }) => `${key} ${value} ${JSON.stringify(headers)}`);
        return texts.some((text) => this.isIn(text)) ? [topic.name] : [];
      }),
    );
    return found.flat();
  }

  inLogs(): string[] {
    const folder = join(this.system.dataDir, 'logs');
    const logs = readdirSync(folder).filter((name) => !/simulator|kafka|postgres/.test(name));
    return logs.filter((name) => this.isIn(readFileSync(join(folder, name), 'utf8')));
  }

  private isIn(text: string): boolean {
    const lower = text.toLowerCase();
    return this.words.some((word) => lower.includes(word));
  }
}

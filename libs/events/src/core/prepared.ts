import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Sql } from './event-database.js';

const names = new Map<string, string>();

/** Statements of one connection. Postgres parses and plans each text once for the connection, however often it runs. */
export function preparedOn(client: Pick<pg.ClientBase, 'query'>): Sql {
  return {
    query: async <Row>(text: string, values: unknown[] = []) => {
      const { rows } = await client.query<Row & pg.QueryResultRow>({ name: nameOf(text), text, values });
      return rows;
    },
  };
}

function nameOf(text: string): string {
  const known = names.get(text);
  if (known) return known;
  const name = `e${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  names.set(text, name);
  return name;
}

import { createHash } from 'node:crypto';
import pg from 'pg';
import { arrayLiteral } from './array-literal.js';
import type { Sql } from './event-database.js';
import { isStalePlan } from './transient.js';

/** Prepared statements live as long as their connection: texts that are put together anew each time must not pile up. */
const mostTexts = 1000;
const names = new Map<string, string>();
/** How often a connection's statements were forgotten. */
const generations = new WeakMap<object, number>();

/** Statements of one connection. Postgres parses and plans each text once for the connection, however often it runs. */
export function preparedOn(client: Pick<pg.ClientBase, 'query'>): Sql {
  return {
    query: async <Row>(text: string, values: unknown[] = []) => {
      try {
        const name = nameOn(client, text);
        const given = { ...(name && { name }), text, values: values.map(arrayLiteral) };
        const { rows } = await client.query<Row & pg.QueryResultRow>(given);
        return rows;
      } catch (error) {
        forgetStale(client, error);
        throw error;
      }
    },
  };
}

/** A connection that prepares all it is given values for, for users of the driver that cannot ask for that. */
export class PreparingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const plain = this.query.bind(this) as (...given: unknown[]) => unknown;
    const query = (first: unknown, values: unknown, ...rest: unknown[]): unknown => {
      if (typeof first !== 'string' || !Array.isArray(values) || values.length === 0)
        return plain(first, values, ...rest);
      const name = nameOn(this, first);
      const result = plain({ ...(name && { name }), text: first, values }, ...rest);
      if (result instanceof Promise) result.catch((error: unknown) => forgetStale(this, error));
      return result;
    };
    this.query = query as pg.Client['query'];
  }
}

function nameOn(connection: object, text: string): string | undefined {
  const name = names.get(text) ?? (names.size < mostTexts ? newName(text) : undefined);
  return name && `${name}_${generations.get(connection) ?? 0}`;
}

function newName(text: string): string {
  const name = `e${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
  names.set(text, name);
  return name;
}

/** Under new names, statements are planned anew. */
function forgetStale(connection: object, error: unknown): void {
  if (isStalePlan(error)) generations.set(connection, (generations.get(connection) ?? 0) + 1);
}

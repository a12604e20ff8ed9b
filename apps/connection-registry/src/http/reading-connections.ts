import {
  ConnectionChange,
  type ConnectionInput,
  connectionChangeOf,
  NewConnection,
  newConnectionOf,
  NewSocialConnection,
} from '@homerealm/contracts';
import { type InputProblem, Strategy } from '@homerealm/domain';
import type { z } from 'zod';
import { problem, type Reading } from '../domain/problems.js';
import { type DescribedAs, readBody } from './reading.js';

const described = <Value>(schema: z.ZodType, read: (body: unknown) => Value): DescribedAs<Value> => ({
  '~standard': {
    version: 1,
    vendor: 'homerealm',
    validate: (body) => ({ value: read(body) }),
    jsonSchema: schema['~standard'].jsonSchema,
  },
});

/** Reads a new connection by the strategy it names. */
export const newConnection = described(NewConnection, readNew);

/** Reads a change as soon as the strategy of the stored connection is known. */
export const connectionChange = described(
  ConnectionChange,
  (body) => (strategy: Strategy) => read(connectionChangeOf(strategy), body, connectionChangeOf),
);

/** What every connection has: what can be said of a body that names no strategy. */
const ofAnyStrategy = NewSocialConnection.extend({ strategy: Strategy });

function readNew(body: unknown): Reading<ConnectionInput> {
  const strategy = Strategy.safeParse((body as { strategy?: unknown } | null)?.strategy);
  if (strategy.success) return read(newConnectionOf(strategy.data), body, newConnectionOf);
  const { value, problems } = read(ofAnyStrategy, body, newConnectionOf);
  return { value, problems: problems.filter(({ code }) => code !== 'connection.field-not-of-strategy') };
}

type SchemaOf = (strategy: Strategy) => z.ZodObject;

function read(schema: z.ZodObject, body: unknown, others: SchemaOf): Reading<ConnectionInput> {
  const { value, problems } = readBody(schema, body);
  const known = new Set(Strategy.options.flatMap((strategy) => Object.keys(others(strategy).shape)));
  const name = (one: InputProblem) =>
    one.code === 'request.unknown-field' && known.has(one.field)
      ? problem('connection.field-not-of-strategy', one.field)
      : one;
  return { value: value as ConnectionInput, problems: problems.map(name) };
}

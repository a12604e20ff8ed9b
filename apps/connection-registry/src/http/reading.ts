import { problemsOf } from '@homerealm/platform';
import type { z } from 'zod';
import type { Reading } from '../domain/problems.js';

/**
 * A body schema that refuses nothing by itself: it hands on the fields that have the right form together with what is
 * wrong with the others, so that the rules can add theirs and all problems of a body are told at once. In the API
 * docs it looks like the schema it was made of.
 */
export function reading<Schema extends z.ZodObject>(schema: Schema): DescribedAs<Reading<z.output<Schema>>> {
  const { jsonSchema } = schema['~standard'];
  const validate = (body: unknown) => ({ value: readBody(schema, body) });
  return { '~standard': { version: 1 as const, vendor: 'homerealm', validate, jsonSchema } };
}

/** A schema that hands on what `validate` makes of a body, and looks like another in the API docs. */
export type DescribedAs<Value> = {
  '~standard': {
    version: 1;
    vendor: string;
    validate: (body: unknown) => { value: Value };
    jsonSchema: z.ZodType['~standard']['jsonSchema'];
  };
};

/** The fields of a body that have the right form, and what is wrong with the others. */
export function readBody<Schema extends z.ZodObject>(schema: Schema, body: unknown): Reading<z.output<Schema>> {
  const whole = schema.safeParse(body);
  if (whole.success) return { value: whole.data, problems: [] };
  const problems = problemsOf(whole.error.issues);
  if (typeof body !== 'object' || body === null) return { value: {}, problems };
  const fields = Object.entries(schema.shape).flatMap(([name, field]) => {
    const parsed = (field as z.ZodType).safeParse((body as Record<string, unknown>)[name]);
    return parsed.success && parsed.data !== undefined ? [[name, parsed.data]] : [];
  });
  return { value: Object.fromEntries(fields) as Partial<z.output<Schema>>, problems };
}

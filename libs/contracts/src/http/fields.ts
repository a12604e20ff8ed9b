import { z } from 'zod';

export const expiry = z.iso.datetime({ offset: true, error: 'Expected a time such as 2027-01-31T00:00:00Z.' });

/** A field that may be left out or null, which both mean its default; the API docs show which that is. */
export const defaulted = <Schema extends z.ZodType>(schema: Schema, sentence: string, byDefault: unknown) =>
  schema.nullish().meta({ description: sentence, default: byDefault });

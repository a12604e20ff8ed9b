import { z } from 'zod';

/**
 * A phone number as E.164, or undefined when the text is none. Spaces and dashes are dropped, a leading 00 means +.
 * A number without its country is refused: nobody can tell where it rings.
 */
export function normalizePhone(text: string): string | undefined {
  if (text.length > 32) return undefined;
  const digits = text.replace(/[\s\u2010-\u2013-]/g, '').replace(/^00/, '+');
  return /^\+[1-9]\d{6,14}$/.test(digits) ? digits : undefined;
}

/** A phone number, brought into E.164. */
export const Phone = z
  .string()
  .refine(
    (text) => normalizePhone(text) !== undefined,
    'Expected a phone number with its country, like +49 30 1234567.',
  )
  .overwrite((text) => normalizePhone(text) ?? text);
export type Phone = z.infer<typeof Phone>;

import { z } from 'zod';

const usernameSays = 'Expected 2 to 64 of the letters A to Z, digits, "-" and "_".';

/**
 * The form two usernames are compared in, or undefined when the text is none. Letters are those of ASCII alone: they
 * have one spelling and one lower case, so no look-alike of somebody's name (ı, ſ, ﬀ, a zero-width joiner) is a name.
 */
export function normalizeUsername(text: string): string | undefined {
  return /^[A-Za-z0-9_-]{2,64}$/.test(text) ? text.toLowerCase() : undefined;
}

/** A username as its owner spells it. */
export const Username = z.string().refine((text) => normalizeUsername(text) !== undefined, usernameSays);
export type Username = z.infer<typeof Username>;

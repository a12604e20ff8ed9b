import { isUrl } from '@homerealm/domain';
import { z } from 'zod';

/** A list of origins, comma separated. */
export const parseOrigins = (text: string): string[] =>
  text
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');

const isHttpsOrigin = (text: string): boolean =>
  isUrl(text) && new URL(text).protocol === 'https:' && new URL(text).origin === text;

/** Settings of the sign-in pages and of the way upstream. */
export const signInSettings = {
  UPSTREAM_PRIVATE_ORIGINS: z
    .string()
    .default('')
    .refine((text) => parseOrigins(text).every(isHttpsOrigin), 'expected https origins, comma separated')
    .describe(
      'https origins, comma separated, of social and generic providers, and of federation metadata outside of ENTRA_AUTHORITIES, that may be on a private network. Every other one is reached at public addresses only.',
    ),
  SIGN_IN_LIMIT_PER_ADDRESS: z.coerce
    .number()
    .int()
    .positive()
    .default(60)
    .describe(
      'How many emails, button presses and provider answers one network address may send a minute. Counted in each process. An answer by form comes twice: from the provider’s page, and from ours.',
    ),
  ATTEMPTS_KEPT_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .describe('How long the records of sign-in attempts are kept, in days.'),
  DIRECTORY_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(5_000)
    .describe('How long a sign-in waits for the identity directory.'),
};

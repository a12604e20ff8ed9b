import { httpsOrigins } from '@homerealm/platform';
import { z } from 'zod';

/** Settings of the sign-in pages and of the way upstream. */
export const signInSettings = {
  UPSTREAM_PRIVATE_ORIGINS: httpsOrigins().describe(
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

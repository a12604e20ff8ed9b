import { z } from 'zod';

/** Settings of the sign-in pages and of the way upstream. */
export const signInSettings = {
  SIGN_IN_LIMIT_PER_ADDRESS: z.coerce
    .number()
    .int()
    .positive()
    .default(60)
    .describe(
      'How many emails, button presses and provider answers one network address may send a minute. Counted in each process.',
    ),
  DIRECTORY_TIMEOUT_MS: z.coerce
    .number()
    .int()
    .positive()
    .default(5_000)
    .describe('How long a sign-in waits for the identity directory.'),
};

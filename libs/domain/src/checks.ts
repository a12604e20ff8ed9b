import { z } from 'zod';

/**
 * One line of a decision record: a named check, in the order it was made. `code` is stable and documented.
 * `details` hold facts an admin may see (ids, domains, counts); never a secret, a token or a raw upstream document.
 */
export const Check = z.object({
  code: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
});
export type Check = z.infer<typeof Check>;

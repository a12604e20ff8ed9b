import { z } from 'zod';

const syncProfiles = 'What connections with `syncProfile: inherit` do: update profiles at later sign-ins, or not.';

/** `GET /policies` of the connection registry. */
export const PoliciesResponse = z.object({
  revision: z.number().int().min(1).describe('Grows by one with each change.'),
  syncProfiles: z.boolean().describe(syncProfiles),
});
export type PoliciesResponse = z.infer<typeof PoliciesResponse>;

/** `PATCH /policies`. A field left out stays as it is; null takes it back to its default. */
export const PoliciesChange = z.strictObject({
  syncProfiles: z.boolean().nullish().meta({ description: syncProfiles, default: true }),
});
export type PoliciesChange = z.output<typeof PoliciesChange>;

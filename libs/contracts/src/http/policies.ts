import { z } from 'zod';
import { OwnSignInPolicies, ownSignInDefaults } from '../connection-settings.js';

const syncProfiles = 'What connections with `syncProfile: inherit` do: update profiles at later sign-ins, or not.';
const ownSignIn = 'Which identities of our own people may sign in with, and whether somebody unknown may sign up.';
const ownSignInSays = {
  email: 'A one-time code by email signs in.',
  phone: 'A one-time code by SMS signs in.',
  username: 'A username, proved by a code to the user’s email, signs in.',
  signUp: 'Somebody unknown who proves an email becomes a user.',
};
const flag = (name: keyof OwnSignInPolicies) =>
  z.boolean().nullish().meta({ description: ownSignInSays[name], default: ownSignInDefaults[name] });

/** `GET /policies` of the connection registry. */
export const PoliciesResponse = z.object({
  revision: z.number().int().min(1).describe('Grows by one with each change.'),
  syncProfiles: z.boolean().describe(syncProfiles),
  ownSignIn: z
    .object({
      email: z.boolean().describe(ownSignInSays.email),
      phone: z.boolean().describe(ownSignInSays.phone),
      username: z.boolean().describe(ownSignInSays.username),
      signUp: z.boolean().describe(ownSignInSays.signUp),
    })
    .describe(ownSignIn),
});
export type PoliciesResponse = z.infer<typeof PoliciesResponse>;

/** `PATCH /policies`. A field left out stays as it is; null takes it back to its default. */
export const PoliciesChange = z.strictObject({
  syncProfiles: z.boolean().nullish().meta({ description: syncProfiles, default: true }),
  ownSignIn: z
    .strictObject({ email: flag('email'), phone: flag('phone'), username: flag('username'), signUp: flag('signUp') })
    .nullish()
    .meta({ description: ownSignIn, default: ownSignInDefaults }),
});
export type PoliciesChange = z.output<typeof PoliciesChange>;

import { z } from 'zod';

/** The kinds of upstream a connection can be of. A connection's strategy never changes. */
export const Strategy = z.enum([
  'entra-oauth2',
  'entra-wsfed',
  'entra-saml',
  'google',
  'linkedin',
  'github',
  'microsoft',
  'oidc',
]);
export type Strategy = z.infer<typeof Strategy>;

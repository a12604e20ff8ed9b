import { ConnectionId, CredentialId, OrganizationId } from '@homerealm/domain';
import { z } from 'zod';
import { connectionFieldSays as says } from '../connection-fields.js';
import {
  EntraConnectionSettings,
  SamlConnectionSettings,
  SocialConnectionSettings,
  WsfedConnectionSettings,
} from '../connection-settings.js';
import { ConnectionName } from './connection-bodies.js';
import { CertificateResponse, ProbeResponse } from './credentials.js';
import { defaulted, expiry } from './fields.js';
import { readableText } from './text.js';

/** `POST /connections/:id/enable`. */
export const EnableConnection = z.strictObject({
  override: z.boolean().nullish().meta({
    description: 'Enable although no test run proved this configuration. Recorded with who, when and why.',
    default: false,
  }),
  reason: readableText(500).nullish().describe('Why; required with `override`. 1–500 characters.'),
});
export type EnableConnection = z.output<typeof EnableConnection>;

/** `POST /connections/:id/credentials`. */
export const NewCredential = z.strictObject({
  secret: z.string().max(1024).describe(says.clientSecret),
  expiresAt: defaulted(expiry, 'When it stops working. Must lie in the future.', null),
});
export type NewCredential = z.output<typeof NewCredential>;

/** What may be shown of a credential: nothing of its value. */
export const CredentialResponse = z.object({
  credentialId: CredentialId.describe('Id of the credential.'),
  kind: z.enum(['client-secret', 'certificate']).describe('What sort of credential it is.'),
  createdAt: z.iso.datetime().describe('When it was stored.'),
  expiresAt: z.iso.datetime().nullable().describe('When it stops working, if that is known.'),
  certificate: CertificateResponse.optional().describe('Of a certificate: what to upload to Entra. Never the key.'),
  probe: ProbeResponse.optional().describe('What the last try of it at the provider showed, if there was one.'),
});
export type CredentialResponse = z.infer<typeof CredentialResponse>;

export const CredentialsResponse = z.object({ items: z.array(CredentialResponse).describe('Oldest first.') });
export type CredentialsResponse = z.infer<typeof CredentialsResponse>;

/** What the API adds to a connection's settings. */
const shown = {
  revision: z.number().int().min(1).describe(says.revision),
  clientSecretExpiresAt: z.iso.datetime().nullable().describe(says.clientSecretExpiresAt),
  credentials: z.array(CredentialResponse).describe('Its credentials, oldest first; never their values.'),
  configHash: z
    .string()
    .describe('SHA-256 of everything that decides how a sign-in goes; a test or an override holds for this hash only.'),
  enabling: z
    .object({
      at: z.iso.datetime().describe('When.'),
      by: z.string().describe('Who: application and subject of the access token.'),
      override: z.boolean().describe('Without a green test run.'),
      reason: z.string().nullable().describe('Why, in the admin’s words.'),
      configHash: z.string().describe('The configuration it was enabled with.'),
    })
    .nullable()
    .describe('How it was enabled last; null if never.'),
  warnings: z
    .array(
      z.object({
        field: z.string().describe('The field concerned.'),
        code: z.string().describe('Stable code.'),
        says: z.string().describe('A sentence for the admin.'),
      }),
    )
    .describe('What an admin should look at; nothing of it stops sign-ins now.'),
  createdAt: z.iso.datetime().describe('When it was created.'),
  updatedAt: z.iso.datetime().describe('When it was changed last.'),
};

/** A connection as its API shows it: all settings, no secret. */
export const ConnectionResponse = z.union([
  WsfedConnectionSettings.extend(shown),
  SamlConnectionSettings.extend(shown),
  SocialConnectionSettings.extend(shown),
  EntraConnectionSettings.extend(shown),
]);
export type ConnectionResponse = z.infer<typeof ConnectionResponse>;

/** Filters of `GET /connections`; all that are given must hold. */
export const connectionFilters = {
  homeRealmDomain: z.string().max(300).optional().describe('Has this home realm domain, in any spelling.'),
  organizationId: OrganizationId.optional().describe('Belongs to this organization.'),
  state: z.enum(['draft', 'enabled', 'disabled']).optional().describe('Is in this state.'),
  name: ConnectionName.optional().describe('Has this name, ignoring case.'),
};

/** Cursor of `GET /connections`: the id of the last connection seen. */
export const ConnectionCursor = ConnectionId;

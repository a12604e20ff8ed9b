import { ConnectionId, CredentialId, OrganizationId, Strategy } from '@homerealm/domain';
import { z } from 'zod';
import { connectionFieldSays as says } from '../connection-fields.js';
import { EntraConnectionSettings, SocialConnectionSettings, UpstreamParam } from '../connection-settings.js';
import { readableText } from './text.js';

export const ConnectionName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'Use 1–64 letters, digits, dots, underscores or hyphens, starting with a letter or digit.',
  );

const guid = z.guid('Expected a GUID such as 11111111-2222-4333-8444-555555555555.');
const expiry = z.iso.datetime({ offset: true, error: 'Expected a time such as 2027-01-31T00:00:00Z.' });
const applicationId = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'Expected an application id.');
const flag = (sentence: string) => z.boolean().nullish().meta({ description: sentence, default: false });
const defaulted = <Schema extends z.ZodType>(schema: Schema, sentence: string, byDefault: unknown) =>
  schema.nullish().meta({ description: sentence, default: byDefault });

/** Fields an admin may give at any time. Null means the default; so does leaving it out when creating. */
const optionalFields = {
  organizationId: defaulted(OrganizationId, says.organizationId, null),
  authority: defaulted(z.url().max(300), says.authority, 'https://login.microsoftonline.com'),
  useCommonEndpoint: flag(says.useCommonEndpoint),
  allowedTenants: defaulted(z.array(guid).max(1000), says.allowedTenants, []),
  clientSecretExpiresAt: defaulted(expiry, says.clientSecretExpiresAt, null),
  homeRealmDomains: defaulted(z.array(z.string().max(300)).max(1000), says.homeRealmDomains, []),
  alwaysShowButton: flag(says.alwaysShowButton),
  extendedProfile: flag(says.extendedProfile),
  getUserGroups: flag(says.getUserGroups),
  backgroundGroups: flag(says.backgroundGroups),
  trustedProvider: flag(says.trustedProvider),
  trustScope: defaulted(z.enum(['home-realm', 'any']), says.trustScope, 'home-realm'),
  syncProfile: defaulted(z.enum(['on', 'off', 'inherit']), says.syncProfile, 'inherit'),
  createUsers: flag(says.createUsers),
  autoJoinOrganization: flag(says.autoJoinOrganization),
  upstreamParams: defaulted(
    z.record(z.string(), UpstreamParam).refine((params) => Object.keys(params).length <= 20, 'At most 20 parameters.'),
    says.upstreamParams,
    {},
  ),
  enabledApplications: defaulted(z.array(applicationId).max(1000), says.enabledApplications, null),
};

/** Fields every Entra connection must have. */
const requiredFields = {
  name: ConnectionName.describe(says.name),
  displayName: readableText(80).describe(says.displayName),
  entraDomain: z.string().trim().min(1).max(300).describe(says.entraDomain),
  clientId: guid.describe(says.clientId),
  clientSecret: z.string().max(1024).describe(says.clientSecret),
};

/** `POST /connections` of the connection registry. */
export const NewConnection = z.strictObject({
  strategy: Strategy.describe(says.strategy),
  ...requiredFields,
  ...optionalFields,
});
export type NewConnection = z.output<typeof NewConnection>;

/** `PATCH /connections/:id`. A field left out stays as it is; null takes it back to its default. */
export const ConnectionChange = z.strictObject({
  strategy: Strategy.optional().describe('Cannot change; the same value as stored is let pass.'),
  connectionId: z.string().optional().describe('Cannot change; the same value as stored is let pass.'),
  name: requiredFields.name.optional(),
  displayName: requiredFields.displayName.optional(),
  entraDomain: requiredFields.entraDomain.optional(),
  clientId: requiredFields.clientId.optional(),
  clientSecret: requiredFields.clientSecret
    .optional()
    .describe(`${says.clientSecret} Replaces every secret stored; to let two overlap, add a credential instead.`),
  ...optionalFields,
});
export type ConnectionChange = z.output<typeof ConnectionChange>;

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
  EntraConnectionSettings.extend(shown),
  SocialConnectionSettings.extend(shown),
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

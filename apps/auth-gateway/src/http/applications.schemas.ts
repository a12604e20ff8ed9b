import { managementScopes, type ManagementScope } from '@homerealm/contracts';
import { pageOf } from '@homerealm/platform';
import { z } from 'zod';
import type { Application } from '../domain/application.js';

const scope = z.enum(Object.keys(managementScopes) as [ManagementScope, ...ManagementScope[]]);
const uris = z.array(z.string().max(2_048)).max(50);
const key = z.record(z.string().max(32), z.unknown());

const settings = {
  name: z.string().trim().min(1).max(100).describe('Shown to people who sign in.'),
  redirectUris: uris.describe('Where a sign-in may return to. Requests repeat one of them exactly.'),
  postLogoutRedirectUris: uris.describe('Where a sign-out may return to.'),
  grantTypes: z.array(z.enum(['authorization_code', 'refresh_token', 'client_credentials'])).min(1),
  tokenEndpointAuthMethod: z.enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']),
  idTokenSignedResponseAlg: z.enum(['ES256', 'RS256']).describe('RS256 for clients that cannot do ES256.'),
  scopes: z.array(scope).describe('Management scopes it may ask for with client_credentials.'),
  jwks: z
    .strictObject({ keys: z.array(key).max(10) })
    .nullable()
    .describe('Public keys, for private_key_jwt.'),
  connections: z
    .array(z.string().max(64))
    .max(1_000)
    .nullable()
    .describe(
      'Connections people may sign in through; `own-sign-in` among them stands for codes of ours. Null means all.',
    ),
  sessionSeconds: z
    .int()
    .min(60)
    .max(31_536_000)
    .nullable()
    .describe(
      'How long after a sign-in its session serves this application without another one; null means as long as it lasts.',
    ),
  refreshSeconds: z
    .int()
    .min(60)
    .max(31_536_000)
    .nullable()
    .describe('How long after a sign-in its tokens can be refreshed; null means as the environment says.'),
  backchannelLogoutUri: z
    .string()
    .max(2_048)
    .nullable()
    .describe('Told when a session ends (OpenID Connect Back-Channel Logout). https; http only on a listed origin.'),
  initiateLoginUri: z
    .string()
    .max(2_048)
    .nullable()
    .describe(
      'Begins a sign-in for somebody who comes from their company’s portal (OpenID Connect Core §4): called with `iss` and `connection_id`.',
    ),
  audience: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\x21-\x7e]+$/)
    .refine((text) => !text.startsWith('urn:homerealm:'), 'urn:homerealm: is ours')
    .nullable()
    .describe('`aud` of its access tokens; by default urn:homerealm:application:<id>.'),
};

export const CreateApplicationRequest = z.strictObject({
  name: settings.name,
  type: z.enum(['web', 'spa', 'native', 'm2m']).describe('web and m2m keep a secret; spa and native cannot.'),
  redirectUris: settings.redirectUris.default([]),
  postLogoutRedirectUris: settings.postLogoutRedirectUris.default([]),
  grantTypes: settings.grantTypes.optional().describe('By default what the type needs.'),
  tokenEndpointAuthMethod: settings.tokenEndpointAuthMethod.optional().describe('By default what the type needs.'),
  idTokenSignedResponseAlg: settings.idTokenSignedResponseAlg.default('ES256'),
  scopes: settings.scopes.default([]),
  jwks: settings.jwks.default(null),
  connections: settings.connections.default(null),
  sessionSeconds: settings.sessionSeconds.default(null),
  refreshSeconds: settings.refreshSeconds.default(null),
  backchannelLogoutUri: settings.backchannelLogoutUri.default(null),
  initiateLoginUri: settings.initiateLoginUri.default(null),
  audience: settings.audience.default(null),
});
export type CreateApplicationRequest = z.infer<typeof CreateApplicationRequest>;

export const ChangeApplicationRequest = z.strictObject(settings).partial();
export type ChangeApplicationRequest = z.infer<typeof ChangeApplicationRequest>;

const secret = z.object({ id: z.string(), createdAt: z.iso.datetime(), expiresAt: z.iso.datetime().nullable() });

export const ApplicationResponse = z.object({
  id: z.string().describe('Also the client id.'),
  type: z.enum(['web', 'spa', 'native', 'm2m']),
  ...settings,
  audience: z.string(),
  secrets: z.array(secret).describe('Never the secrets themselves.'),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export const CreatedApplicationResponse = ApplicationResponse.extend({
  clientSecret: z.string().nullable().describe('Shown this once. Null where the application has none.'),
});
export const NewSecretResponse = secret.extend({ clientSecret: z.string().describe('Shown this once.') });
export const ApplicationsPage = pageOf(ApplicationResponse);

export const toSecretResponse = ({ id, createdAt, expiresAt }: Application['secrets'][number]) => ({
  id,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt?.toISOString() ?? null,
});

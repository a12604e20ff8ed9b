import { ConnectionId, OrganizationId, Strategy, upstreamParamAliases } from '@homerealm/domain';
import { z } from 'zod';
import { connectionFieldSays as says } from './connection-fields.js';
import { federationSettings, FederationStrategy, samlSettings, wsfedSettings } from './federation-settings.js';

/** A parameter sent upstream: a fixed text, or the value of one of our own authorize parameters. */
export const UpstreamParam = z.union(
  [z.strictObject({ value: z.string().min(1).max(256) }), z.strictObject({ alias: z.enum(upstreamParamAliases) })],
  { error: `Give {"value": text of 1–256 characters} or {"alias": one of ${upstreamParamAliases.join(', ')}}.` },
);
export type UpstreamParam = z.infer<typeof UpstreamParam>;

/** What connections of every strategy have. */
const sharedSettings = {
  connectionId: ConnectionId.describe(says.connectionId),
  revision: z.number().int().positive().describe(says.revision),
  state: z.enum(['draft', 'enabled', 'disabled']).describe(says.state),
  name: z.string().describe(says.name),
  displayName: z.string().describe(says.displayName),
  organizationId: OrganizationId.nullable().describe(says.organizationId),
  clientId: z.string().describe(says.clientId),
  homeRealmDomains: z.array(z.string()).describe(says.homeRealmDomains),
  alwaysShowButton: z.boolean().describe(says.alwaysShowButton),
  trustedProvider: z.boolean().describe(says.trustedProvider),
  trustScope: z.enum(['home-realm', 'any']).describe(says.trustScope),
  syncProfile: z.enum(['on', 'off', 'inherit']).describe(says.syncProfile),
  createUsers: z.boolean().describe(says.createUsers),
  autoJoinOrganization: z.boolean().describe(says.autoJoinOrganization),
  upstreamParams: z.record(z.string(), UpstreamParam).describe(says.upstreamParams),
  enabledApplications: z.array(z.string()).nullable().describe(says.enabledApplications),
  callbackUrl: z.url().describe(says.callbackUrl),
};

/** A connection to a company's Microsoft Entra ID. */
export const EntraConnectionSettings = z.object({
  ...sharedSettings,
  strategy: Strategy.describe(says.strategy),
  entraDomain: z.string().describe(says.entraDomain),
  tenantId: z.guid().describe(says.tenantId),
  authority: z.url().describe(says.authority),
  graphOrigin: z.url().describe(says.graphOrigin),
  useCommonEndpoint: z.boolean().describe(says.useCommonEndpoint),
  allowedTenants: z.array(z.guid()).describe(says.allowedTenants),
  extendedProfile: z.boolean().describe(says.extendedProfile),
  getUserGroups: z.boolean().describe(says.getUserGroups),
  backgroundGroups: z.boolean().describe(says.backgroundGroups),
});
export type EntraConnectionSettings = z.infer<typeof EntraConnectionSettings>;

/** Strategies that sign people in at a provider for everybody, or at any OpenID Connect provider. */
export const SocialStrategy = Strategy.extract(['google', 'linkedin', 'github', 'microsoft', 'oidc']);
export type SocialStrategy = z.infer<typeof SocialStrategy>;

/** A connection to a provider that is known by its issuer. */
export const SocialConnectionSettings = z.object({
  ...sharedSettings,
  strategy: SocialStrategy.describe(says.strategy),
  issuer: z.url().describe(says.issuer),
  identityType: z.enum(['social', 'enterprise']).describe(says.identityType),
});
export type SocialConnectionSettings = z.infer<typeof SocialConnectionSettings>;

/** A connection to a company by WS-Federation. */
export const WsfedConnectionSettings = z.object({
  ...sharedSettings,
  ...federationSettings,
  ...wsfedSettings,
  strategy: Strategy.extract(['entra-wsfed']).describe(says.strategy),
});
export type WsfedConnectionSettings = z.infer<typeof WsfedConnectionSettings>;

/** A connection to a company by SAML 2.0. */
export const SamlConnectionSettings = z.object({
  ...sharedSettings,
  ...federationSettings,
  ...samlSettings,
  strategy: Strategy.extract(['entra-saml']).describe(says.strategy),
});
export type SamlConnectionSettings = z.infer<typeof SamlConnectionSettings>;
export type FederationConnectionSettings = WsfedConnectionSettings | SamlConnectionSettings;

/**
 * What every service may know of a connection: all of its settings, none of its secrets. `revision` grows by one with
 * each change.
 */
export type ConnectionSettings = EntraConnectionSettings | SocialConnectionSettings | FederationConnectionSettings;
export const ConnectionSettings: z.ZodType<ConnectionSettings> = z.union([
  WsfedConnectionSettings,
  SamlConnectionSettings,
  SocialConnectionSettings,
  EntraConnectionSettings,
]);

/** Whether a connection is one of WS-Federation or SAML. */
export const isFederationConnection = (settings: ConnectionSettings): settings is FederationConnectionSettings =>
  FederationStrategy.safeParse(settings.strategy).success;

/** Whether a connection leads to Microsoft Entra ID by OAuth 2.0, and so always has a tenant. */
export const isEntraConnection = (settings: ConnectionSettings): settings is EntraConnectionSettings =>
  'tenantId' in settings && !isFederationConnection(settings);

/** Whether it is known by an issuer: everything that is neither of these two. */
export const isSocialConnection = (settings: ConnectionSettings): settings is SocialConnectionSettings =>
  'issuer' in settings;

/**
 * Whether the provider's words about tenant and object ids are believed, so that its people are the same as through
 * any other door of that tenant. Only what was read from the listed authority itself is (A33): whoever pastes metadata
 * could speak for any tenant.
 */
export const speaksForTenant = (
  settings: FederationConnectionSettings,
): settings is FederationConnectionSettings & { tenantId: string } =>
  settings.tenantId !== null && settings.provider.source === 'authority';

/**
 * The issuer in the account keys of a provider that does not speak for a tenant. The connection is a part of it, since
 * anybody can paste metadata with somebody else's entity ID.
 */
export const federationIssuer = ({ connectionId, provider }: FederationConnectionSettings): string =>
  `urn:homerealm:connection:${connectionId}:${provider.entityId}`;

/** One sealed credential of a connection. `sealed` is a JWE that only holders of the sealing key can open. */
export const SealedCredential = z.object({
  credentialId: z.string(),
  kind: z.enum(['client-secret', 'certificate']),
  sealed: z.string(),
  /** Which sealing key it was sealed with. */
  sealingKeyId: z.string(),
  expiresAt: z.iso.datetime().nullable(),
});
export type SealedCredential = z.infer<typeof SealedCredential>;

/** What a credential is sealed to: whoever opens it must name the same connection and credential. */
export const credentialSealContext = (connectionId: string, credentialId: string): string =>
  `connection-credential:${connectionId}:${credentialId}`;

/** What is inside a sealed credential, as JSON text. */
export const OpenedCredential = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('client-secret'), value: z.string().min(1) }),
  z.object({ kind: z.literal('certificate'), privateKeyPem: z.string(), certificatePem: z.string() }),
]);
export type OpenedCredential = z.infer<typeof OpenedCredential>;

/** Which identities of our own people may sign in with. */
export const OwnSignInPolicies = z.object({
  /** A code by email signs in. */
  email: z.boolean(),
  /** A code by SMS signs in. */
  phone: z.boolean(),
  /** A username, proved by a code to the user's email, signs in. */
  username: z.boolean(),
  /** Somebody unknown who proves an email becomes a user. */
  signUp: z.boolean(),
});
export type OwnSignInPolicies = z.infer<typeof OwnSignInPolicies>;

/** What holds where nobody said anything else. */
export const ownSignInDefaults: OwnSignInPolicies = { email: true, phone: false, username: false, signUp: false };

/** Rules of the whole environment. */
export const EnvironmentPolicies = z.object({
  revision: z.number().int().nonnegative(),
  /** What a connection with `syncProfile: inherit` does. */
  syncProfiles: z.boolean(),
  /** Ways to sign in without a provider. A record from before there were any holds none: `ownSignInDefaults` then. */
  ownSignIn: OwnSignInPolicies.optional(),
});
export type EnvironmentPolicies = z.infer<typeof EnvironmentPolicies>;

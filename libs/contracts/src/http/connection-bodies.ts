import { OrganizationId, Strategy } from '@homerealm/domain';
import { z } from 'zod';
import { connectionFieldSays as says } from '../connection-fields.js';
import { SocialStrategy, UpstreamParam } from '../connection-settings.js';
import { AttributeMapping, FederationStrategy } from '../federation-settings.js';
import { defaulted, expiry } from './fields.js';
import { readableText } from './text.js';

export const ConnectionName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'Use 1–64 letters, digits, dots, underscores or hyphens, starting with a letter or digit.',
  );

const guid = z.guid('Expected a GUID such as 11111111-2222-4333-8444-555555555555.');
const applicationId = z.string().regex(/^[A-Za-z0-9._~-]{1,128}$/, 'Expected an application id.');
/** RFC 6749 appendix A.1, without blanks at the ends. */
const providerClientId = z
  .string()
  .regex(/^[\x21-\x7e]([\x20-\x7e]{0,298}[\x21-\x7e])?$/, 'Expected 1–300 printable ASCII characters.');
const flag = (sentence: string, byDefault = false) =>
  z.boolean().nullish().meta({ description: sentence, default: byDefault });

/** Fields an admin may give at any time. Null means the default; so does leaving it out when creating. */
const sharedOptions = {
  organizationId: defaulted(OrganizationId, says.organizationId, null),
  clientSecretExpiresAt: defaulted(expiry, says.clientSecretExpiresAt, null),
  alwaysShowButton: flag(says.alwaysShowButton),
  trustedProvider: flag(says.trustedProvider),
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

/** Fields of connections to one company: people are led there by the domain of their email. */
const companyOptions = {
  homeRealmDomains: defaulted(z.array(z.string().max(300)).max(1000), says.homeRealmDomains, []),
  trustScope: defaulted(z.enum(['home-realm', 'any']), says.trustScope, 'home-realm'),
};

const entraOptions = {
  ...companyOptions,
  authority: defaulted(z.url().max(300), says.authority, 'https://login.microsoftonline.com'),
  useCommonEndpoint: flag(says.useCommonEndpoint),
  allowedTenants: defaulted(z.array(guid).max(1000), says.allowedTenants, []),
  extendedProfile: flag(says.extendedProfile),
  getUserGroups: flag(says.getUserGroups),
  backgroundGroups: flag(says.backgroundGroups),
};

const sharedFields = {
  name: ConnectionName.describe(says.name),
  displayName: readableText(80).describe(says.displayName),
  clientSecret: z.string().max(1024).describe(says.clientSecret),
};
const entraFields = {
  ...sharedFields,
  entraDomain: z.string().trim().min(1).max(300).describe(says.entraDomain),
  clientId: guid.describe(says.clientId),
};
const socialFields = { ...sharedFields, clientId: providerClientId.describe(says.clientId) };
const oidcFields = { ...socialFields, issuer: z.string().trim().min(1).max(300).describe(says.issuer) };
const identityType = defaulted(z.enum(['social', 'enterprise']), says.identityType, 'social');

/** Fields an admin may give of a WS-Federation or SAML connection. `metadataUrl` or `metadataXml`, not both. */
const federationOptions = {
  ...companyOptions,
  clientSecret: defaulted(z.string().max(1024), says.clientSecret, null),
  clientId: defaulted(guid, says.graphClientId, null),
  entraDomain: defaulted(z.string().trim().min(1).max(300), says.federationEntraDomain, null),
  authority: entraOptions.authority,
  metadataUrl: defaulted(z.url().max(1_000), says.metadataUrl, null),
  metadataXml: defaulted(z.string().max(262_144), says.metadataXml, null),
  pinnedCertificates: defaulted(
    z
      .array(z.string().regex(/^[0-9a-fA-F:]{64,95}$/, 'Expected a SHA-256 thumbprint in hexadecimal.'))
      .min(1)
      .max(10),
    says.pinnedCertificates,
    null,
  ),
  attributeMapping: AttributeMapping.partial().nullish().describe(says.attributeMapping),
  getUserGroups: entraOptions.getUserGroups,
  backgroundGroups: entraOptions.backgroundGroups,
  singleLogout: flag(says.singleLogout),
  providerInitiatedApplication: defaulted(applicationId, says.providerInitiatedApplication, null),
};
/** An absolute URI or another printable text, as it stands in the enterprise application. */
const identifier = z
  .string()
  .regex(/^[\x21-\x7e]{1,400}$/, 'Expected 1–400 printable ASCII characters without blanks.');
const wsfedOptions = {
  ...federationOptions,
  realm: defaulted(identifier, says.realm, null),
};
const samlOptions = {
  ...federationOptions,
  entityId: defaulted(identifier, says.entityId, null),
  signInUrl: defaulted(z.url().max(1_000), says.signInUrl, null),
  nameIdFormat: defaulted(z.enum(['any', 'persistent', 'emailAddress', 'unspecified']), says.nameIdFormat, 'any'),
  signRequests: flag(says.signRequests),
  assertionEncryption: defaulted(z.enum(['none', 'allowed', 'required']), says.assertionEncryption, 'none'),
};
const { name, displayName } = sharedFields;

/** `POST /connections` of the connection registry, of a connection to Microsoft Entra ID. */
export const NewEntraConnection = z.strictObject({
  strategy: Strategy.extract(['entra-oauth2']).describe(says.strategy),
  ...entraFields,
  ...sharedOptions,
  ...entraOptions,
});
/** … to a provider for everybody: it has one issuer, which is known. */
export const NewSocialConnection = z.strictObject({
  strategy: SocialStrategy.exclude(['oidc']).describe(says.strategy),
  ...socialFields,
  ...sharedOptions,
});
/** … to any provider that speaks OpenID Connect. */
export const NewOidcConnection = z.strictObject({
  strategy: SocialStrategy.extract(['oidc']).describe(says.strategy),
  ...oidcFields,
  ...sharedOptions,
  ...companyOptions,
  identityType,
});

/** … to a company by WS-Federation. */
export const NewWsfedConnection = z.strictObject({
  strategy: FederationStrategy.extract(['entra-wsfed']).describe(says.strategy),
  ...{ name, displayName },
  ...sharedOptions,
  ...wsfedOptions,
});
/** … to a company by SAML 2.0. */
export const NewSamlConnection = z.strictObject({
  strategy: FederationStrategy.extract(['entra-saml']).describe(says.strategy),
  ...{ name, displayName },
  ...sharedOptions,
  ...samlOptions,
});

/** `POST /connections`: the strategy decides which fields there are. */
export const NewConnection = z.discriminatedUnion('strategy', [
  NewEntraConnection,
  NewSocialConnection,
  NewOidcConnection,
  NewWsfedConnection,
  NewSamlConnection,
]);
export type NewConnection = z.output<typeof NewConnection>;

const newConnections = {
  'entra-oauth2': NewEntraConnection,
  'entra-wsfed': NewWsfedConnection,
  'entra-saml': NewSamlConnection,
  google: NewSocialConnection,
  linkedin: NewSocialConnection,
  github: NewSocialConnection,
  microsoft: NewSocialConnection,
  oidc: NewOidcConnection,
} as const satisfies Record<Strategy, unknown>;

/** The body of a new connection of this strategy. */
export const newConnectionOf = (strategy: Strategy) => newConnections[strategy];

const fixed = {
  strategy: Strategy.optional().describe('Cannot change; the same value as stored is let pass.'),
  connectionId: z.string().optional().describe('Cannot change; the same value as stored is let pass.'),
};
const clientSecret = sharedFields.clientSecret.describe(
  `${says.clientSecret} Replaces every secret stored; to let two overlap, add a credential instead.`,
);

/** `PATCH /connections/:id`. A field left out stays as it is; null takes it back to its default. */
export const EntraConnectionChange = z.strictObject({
  ...fixed,
  ...z.object({ ...entraFields, clientSecret }).partial().shape,
  ...sharedOptions,
  ...entraOptions,
});
export const SocialConnectionChange = z.strictObject({
  ...fixed,
  ...z.object({ ...socialFields, clientSecret }).partial().shape,
  ...sharedOptions,
});
export const OidcConnectionChange = z.strictObject({
  ...fixed,
  ...z.object({ ...oidcFields, clientSecret }).partial().shape,
  ...sharedOptions,
  ...companyOptions,
  identityType: identityType.describe(`${says.identityType} Cannot change; the same value as stored is let pass.`),
});
export const WsfedConnectionChange = z.strictObject({
  ...fixed,
  ...z.object({ name, displayName, clientSecret }).partial().shape,
  ...sharedOptions,
  ...wsfedOptions,
});
export const SamlConnectionChange = z.strictObject({
  ...fixed,
  ...z.object({ name, displayName, clientSecret }).partial().shape,
  ...sharedOptions,
  ...samlOptions,
});

const connectionChanges = {
  'entra-oauth2': EntraConnectionChange,
  'entra-wsfed': WsfedConnectionChange,
  'entra-saml': SamlConnectionChange,
  google: SocialConnectionChange,
  linkedin: SocialConnectionChange,
  github: SocialConnectionChange,
  microsoft: SocialConnectionChange,
  oidc: OidcConnectionChange,
} as const satisfies Record<Strategy, unknown>;

/** `PATCH /connections/:id`: the strategy of the stored connection decides which fields there are. */
export const ConnectionChange = z.union([
  EntraConnectionChange,
  SocialConnectionChange,
  OidcConnectionChange,
  WsfedConnectionChange,
  SamlConnectionChange,
]);
export type ConnectionChange = z.output<typeof ConnectionChange>;

/** The body of a change of a connection of this strategy. */
export const connectionChangeOf = (strategy: Strategy) => connectionChanges[strategy];

/** All fields that a body about a connection may have, of whatever strategy; each may be missing. */
export type ConnectionInput = Partial<
  Omit<z.output<typeof EntraConnectionChange>, 'strategy' | NullableHere> &
    Omit<z.output<typeof OidcConnectionChange>, 'strategy' | NullableHere> &
    Omit<z.output<typeof WsfedConnectionChange>, 'strategy'> &
    Omit<z.output<typeof SamlConnectionChange>, 'strategy'> & { strategy: Strategy | undefined }
>;
/** What only a federation can be without. */
type NullableHere = 'clientId' | 'clientSecret' | 'entraDomain';

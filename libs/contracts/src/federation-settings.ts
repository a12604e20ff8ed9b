import { Strategy } from '@homerealm/domain';
import { z } from 'zod';
import { connectionFieldSays as says } from './connection-fields.js';

/** Strategies whose answer is a signed XML document that the browser carries. */
export const FederationStrategy = Strategy.extract(['entra-wsfed', 'entra-saml']);
export type FederationStrategy = z.infer<typeof FederationStrategy>;

/** Where a provider takes a message, and how the browser brings it: in the query, or as a form. */
export const FederationEndpoint = z.object({ binding: z.enum(['redirect', 'post']), url: z.url() });
export type FederationEndpoint = z.infer<typeof FederationEndpoint>;

/** A certificate a provider signs with. Public. */
export const FederationCertificate = z.object({
  pem: z.string(),
  /** SHA-256 of its DER form, in hexadecimal capitals. */
  thumbprintSha256: z.string(),
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime(),
});
export type FederationCertificate = z.infer<typeof FederationCertificate>;

/** What is known of the provider: read from its metadata, at `readAt`. */
export const FederationProvider = z.object({
  /** Who signs: its entity ID. Entra's is `https://sts.windows.net/<tenant GUID>/`. */
  entityId: z.string().min(1).max(400),
  /**
   * `authority`: read at the connection's own authority, which the operator lists, in the path of the pinned tenant; only
   * then its words about tenant and object ids are believed. `url`: from any other https address. `pasted`: an admin's
   * word.
   */
  source: z.enum(['authority', 'url', 'pasted']),
  signIn: z.array(FederationEndpoint).min(1),
  signOut: z.array(FederationEndpoint),
  /** Those that may sign now: all of the metadata, or those of them that the admin pinned. */
  certificates: z.array(FederationCertificate).min(1).max(20),
  /** The provider wants our requests signed. */
  wantsSignedRequests: z.boolean(),
  readAt: z.iso.datetime(),
});
export type FederationProvider = z.infer<typeof FederationProvider>;

const attribute = z.string().min(1).max(256);

/** Names of the attributes that hold what we want to know. An empty one is not asked for. */
export const AttributeMapping = z.object({
  email: attribute.nullable(),
  givenName: attribute.nullable(),
  familyName: attribute.nullable(),
  displayName: attribute.nullable(),
  preferredUsername: attribute.nullable(),
  groups: attribute.nullable(),
  /** More of them, by the name they get in `extra_claims`. */
  extra: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/), attribute),
});
export type AttributeMapping = z.infer<typeof AttributeMapping>;

const soap = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
const microsoft = 'http://schemas.microsoft.com';

/** The attributes Entra sends by default. */
export const entraAttributeMapping: AttributeMapping = {
  email: `${soap}/emailaddress`,
  givenName: `${soap}/givenname`,
  familyName: `${soap}/surname`,
  displayName: `${microsoft}/identity/claims/displayname`,
  preferredUsername: `${soap}/name`,
  groups: `${microsoft}/ws/2008/06/identity/claims/groups`,
  extra: {},
};

/** What WS-Federation and SAML connections have beyond what all connections have. */
export const federationSettings = {
  /** Of the app registration, for Microsoft Graph and for the metadata of its own certificates. */
  clientId: z.guid().nullable().describe(says.graphClientId),
  entraDomain: z.string().nullable().describe(says.federationEntraDomain),
  tenantId: z.guid().nullable().describe(says.tenantId),
  authority: z.url().describe(says.authority),
  graphOrigin: z.url().describe(says.graphOrigin),
  metadataUrl: z.url().nullable().describe(says.metadataUrl),
  /** SHA-256 thumbprints; null: every certificate of the metadata. */
  pinnedCertificates: z.array(z.string()).nullable().describe(says.pinnedCertificates),
  provider: FederationProvider.describe(says.provider),
  attributeMapping: AttributeMapping.describe(says.attributeMapping),
  getUserGroups: z.boolean().describe(says.getUserGroups),
  backgroundGroups: z.boolean().describe(says.backgroundGroups),
  singleLogout: z.boolean().describe(says.singleLogout),
  providerInitiatedApplication: z.string().nullable().describe(says.providerInitiatedApplication),
};

/** What only WS-Federation has. */
export const wsfedSettings = { realm: z.string().min(1).max(400).describe(says.realm) };

/** What only SAML has. */
export const samlSettings = {
  entityId: z.string().min(1).max(400).describe(says.entityId),
  signInUrl: z.url().nullable().describe(says.signInUrl),
  nameIdFormat: z.enum(['any', 'persistent', 'emailAddress', 'unspecified']).describe(says.nameIdFormat),
  signRequests: z.boolean().describe(says.signRequests),
  assertionEncryption: z.enum(['none', 'allowed', 'required']).describe(says.assertionEncryption),
};

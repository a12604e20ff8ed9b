import {
  federationIssuer,
  speaksForTenant,
  type EntraConnectionSettings,
  type FederationConnectionSettings,
  type SamlConnectionSettings,
  type SocialConnectionSettings,
  type WsfedConnectionSettings,
} from '@homerealm/contracts';
import type {
  EntraConnection,
  FederationConnection,
  SamlConnection,
  SocialConnection,
  WsfedConnection,
} from '@homerealm/connectors';

/* A connection as its connector wants to know it. */

export type Credentials = EntraConnection['credentials'];

export function toEntra(settings: EntraConnectionSettings, credentials: Credentials): EntraConnection {
  const { connectionId, revision, authority, graphOrigin, tenantId, useCommonEndpoint, allowedTenants } = settings;
  const { clientId, callbackUrl, extendedProfile, getUserGroups } = settings;
  return {
    ...{ connectionId, revision, authority, graphOrigin, tenantId, useCommonEndpoint, allowedTenants },
    ...{ clientId, callbackUrl, extendedProfile, getUserGroups, credentials },
  };
}

export function toSocial(
  { connectionId, strategy, issuer, clientId, callbackUrl }: SocialConnectionSettings,
  credentials: Credentials,
): SocialConnection {
  return { connectionId, strategy, issuer, clientId, callbackUrl, credentials };
}

export const toWsfed = (settings: WsfedConnectionSettings, credentials: Credentials): WsfedConnection => ({
  ...toFederation(settings, credentials),
  realm: settings.realm,
});

export function toSaml(settings: SamlConnectionSettings, credentials: Credentials): SamlConnection {
  const { entityId, signInUrl, nameIdFormat, signRequests, assertionEncryption } = settings;
  return {
    ...toFederation(settings, credentials),
    ...{ entityId, signInUrl, nameIdFormat, signRequests, assertionEncryption },
  };
}

/** Words about a tenant are believed of the listed authority only (A33); everybody else speaks for this connection. */
function toFederation(settings: FederationConnectionSettings, credentials: Credentials): FederationConnection {
  const { connectionId, revision, authority, graphOrigin, clientId, metadataUrl, pinnedCertificates } = settings;
  const { attributeMapping, getUserGroups, callbackUrl, provider } = settings;
  const { entityId, signIn, signOut, certificates, wantsSignedRequests } = provider;
  return {
    ...{ connectionId, revision, authority, graphOrigin, clientId, metadataUrl, pinnedCertificates },
    ...{ attributeMapping, getUserGroups, callbackUrl, credentials },
    tenantId: speaksForTenant(settings) ? settings.tenantId : null,
    accountIssuer: federationIssuer(settings),
    metadata: { entityId, signIn, signOut, wantsSignedRequests, certificates: certificates.map(({ pem }) => pem) },
  };
}

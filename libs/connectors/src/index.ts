export * from './upstream-protocol.js';
export * from './upstream.errors.js';
export * from './aadsts.js';
export * from './http/upstream-http.js';
export * from './http/upstream-http.error.js';
export * from './entra/authorities.js';
export * from './entra/entra-connection.js';
export * from './entra/entra-protocol.js';
export * from './entra/application-tokens.js';
export * from './graph/read-groups.js';
export type { ExtendedProfile } from './graph/read-profile.js';
export { upstreamChecks, type UpstreamCheckCode } from './check-list.js';
export * from './entra/operator-tokens.js';
export * from './entra/probe-credential.js';
export type { SocialConnection } from './social/social-connection.js';
export { createSocialProtocols, type SocialProtocols } from './social/social-protocols.js';
export type { SocialProtocolOptions } from './social/oidc-protocol.js';
export * from './federation/federation-connection.js';
export { readFederationMetadata, type FederationProtocol } from './federation/metadata/read-federation-metadata.js';
export { entraMetadataUrl, fetchFederationMetadata } from './federation/metadata/fetch-federation-metadata.js';
export { createSamlLogout, type SamlLogout, type SamlLogoutOptions } from './federation/saml/saml-logout.js';
export type { LogoutArrival, LogoutRequestRead } from './federation/saml/read-logout.js';
export type { LogoutInput } from './federation/saml/receive-signed.js';
export { publicCertificates } from './federation/saml/signing-certificate.js';
export { serviceMetadata, type ServiceMetadata } from './federation/saml/service-metadata.js';
export type { FederationProtocolOptions } from './federation/federation-protocol.js';
export { createWsfedProtocol, wsfedSignOutUrl } from './federation/wsfed/wsfed-protocol.js';
export { createSamlProtocol } from './federation/saml/saml-protocol.js';
export {
  createFederationProviders,
  type FederationProviders,
  type FederationProvidersOptions,
  type KnownFederation,
} from './federation/metadata/federation-providers.js';

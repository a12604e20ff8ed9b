import { entraAttributeMapping } from '../federation-settings.js';

/** Values for the examples of all topics. */
export const exampleUserId = 'user_01jd3m0000000000000000000a';
export const exampleConnectionId = 'conn_01jd3m0000000000000000000b';
export const exampleOrganizationId = 'org_01jd3m0000000000000000000c';
export const exampleAttemptId = 'attempt_01jd3m0000000000000000000d';
export const exampleIdentityId = 'identity_01jd3m0000000000000000000e';
export const exampleCredentialId = 'cred_01jd3m0000000000000000000f';
export const exampleTestRunId = 'test_01jd3m0000000000000000000g';
export const exampleTenantId = '6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c';
export const exampleTime = '2026-01-15T09:30:00.000Z';
export const exampleGroups = ['0b9f4c1e-5a56-4d0e-9a53-7c2a6d1f0e11', '3d5c8a77-62b1-4c53-8f7e-1a9be0c2d4f6'];

export const exampleConnectionSettings = {
  connectionId: exampleConnectionId,
  revision: 3,
  state: 'enabled',
  strategy: 'entra-oauth2',
  name: 'contoso',
  displayName: 'Contoso',
  organizationId: exampleOrganizationId,
  entraDomain: 'contoso.example',
  tenantId: exampleTenantId,
  authority: 'https://login.microsoftonline.com',
  graphOrigin: 'https://graph.microsoft.com',
  useCommonEndpoint: false,
  allowedTenants: [],
  clientId: '11111111-2222-4333-8444-555555555555',
  homeRealmDomains: ['contoso.example'],
  alwaysShowButton: false,
  extendedProfile: true,
  getUserGroups: true,
  backgroundGroups: false,
  trustedProvider: true,
  trustScope: 'home-realm',
  syncProfile: 'inherit',
  createUsers: true,
  autoJoinOrganization: true,
  upstreamParams: { prompt: { value: 'select_account' } },
  enabledApplications: null,
  callbackUrl: `https://id.homerealm.example/login/callback/${exampleConnectionId}`,
};

export const exampleSocialConnectionSettings = {
  connectionId: exampleConnectionId,
  revision: 2,
  state: 'enabled',
  strategy: 'google',
  name: 'google',
  displayName: 'Google',
  organizationId: null,
  issuer: 'https://accounts.google.com',
  identityType: 'social',
  clientId: 'homerealm.apps.example',
  homeRealmDomains: [],
  alwaysShowButton: false,
  trustedProvider: true,
  trustScope: 'home-realm',
  syncProfile: 'inherit',
  createUsers: true,
  autoJoinOrganization: false,
  upstreamParams: {},
  enabledApplications: null,
  callbackUrl: `https://id.homerealm.example/login/callback/${exampleConnectionId}`,
};

const exampleOfTenant = Object.fromEntries(
  Object.entries(exampleConnectionSettings).filter(
    ([field]) => !['useCommonEndpoint', 'allowedTenants', 'extendedProfile'].includes(field),
  ),
);
const exampleProvider = {
  entityId: `https://sts.windows.net/${exampleTenantId}/`,
  source: 'authority',
  signIn: [{ binding: 'redirect', url: `https://login.microsoftonline.com/${exampleTenantId}/saml2` }],
  signOut: [{ binding: 'redirect', url: `https://login.microsoftonline.com/${exampleTenantId}/saml2` }],
  certificates: [
    {
      pem: 'a certificate as PEM',
      thumbprintSha256: 'A'.repeat(64),
      notBefore: '2025-01-15T00:00:00.000Z',
      notAfter: '2028-01-15T00:00:00.000Z',
    },
  ],
  wantsSignedRequests: false,
  readAt: exampleTime,
};
const exampleFederation = {
  ...exampleOfTenant,
  name: 'contoso-federation',
  metadataUrl: `https://login.microsoftonline.com/${exampleTenantId}/federationmetadata/2007-06/federationmetadata.xml?appid=${exampleConnectionSettings.clientId}`,
  pinnedCertificates: null,
  provider: exampleProvider,
  attributeMapping: { ...entraAttributeMapping, extra: { department: 'https://contoso.example/claims/department' } },
  singleLogout: false,
  providerInitiatedApplication: null,
  upstreamParams: {},
};

export const exampleWsfedConnectionSettings = {
  ...exampleFederation,
  strategy: 'entra-wsfed',
  realm: `https://id.homerealm.example/login/metadata/${exampleConnectionId}`,
};

export const exampleSamlConnectionSettings = {
  ...exampleFederation,
  strategy: 'entra-saml',
  entityId: `https://id.homerealm.example/login/metadata/${exampleConnectionId}`,
  signInUrl: null,
  nameIdFormat: 'any',
  signRequests: false,
  assertionEncryption: 'none',
};

/** What is different where the provider is not Entra. */
export const exampleOfAnotherProvider = {
  ...{ clientId: null, entraDomain: null, tenantId: null, metadataUrl: null, getUserGroups: false },
  provider: { ...exampleProvider, source: 'pasted', entityId: 'urn:adfs.example' },
  attributeMapping: {
    ...{ email: null, givenName: null, familyName: null, displayName: null, preferredUsername: null, groups: null },
    extra: {},
  },
};

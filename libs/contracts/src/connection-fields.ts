/** What each field of a connection is for; the API docs of requests and answers take their sentences from here. */
export const connectionFieldSays = {
  connectionId: 'Id of the connection.',
  revision: 'Grows by one with each change; the ETag of the answer.',
  state: '`draft` → `enabled` ⇄ `disabled`. People can sign in only while it is `enabled`.',
  strategy: 'Kind of upstream; it decides which fields there are. Never changes after creation.',
  name: 'Internal key: 1–64 of `a-z 0-9 . _ -`, a letter or digit first; unique in the environment ignoring case.',
  displayName: 'Stands on the sign-in button. 1–80 characters, no control characters.',
  organizationId:
    'The organization it belongs to, and into which alone it signs people. Null: the whole environment. Only the form of the id is checked here; whether it exists is the directory’s to know.',
  entraDomain: 'The Entra tenant, as domain or GUID. Resolved once, when saved, to `tenantId`, and pinned to it.',
  tenantId: 'The tenant GUID that `entraDomain` was resolved to.',
  authority: 'Origin of the Entra endpoints. Must be on the operator’s list (`ENTRA_AUTHORITIES`).',
  graphOrigin: 'Origin of the Microsoft Graph that belongs to the authority.',
  useCommonEndpoint:
    'Sign in through the `common` endpoint instead of the tenant’s own. Needs `allowedTenants`. Other tenants are refused and stand in the waiting room (`tenant-requests`) until an admin decides.',
  allowedTenants:
    'GUIDs of the tenants that may sign in through the common endpoint. At most 1000. A change of this list needs no new test run.',
  clientId: 'Client id at the provider. Entra: the application (client) ID of the app registration, a GUID.',
  issuer:
    'The provider’s issuer. Given for `oidc` only; the others have theirs. https, without query and fragment; found by OpenID Connect discovery.',
  identityType: 'What sort of identity its accounts are: `social`, or `enterprise` (`oidc` only), which stands alone.',
  clientSecret:
    'The *Value* of a client secret (not its Secret ID). Written only: sealed at once, never in any answer, event or log. 1–1024 characters.',
  clientSecretExpiresAt:
    'When the newest client secret stops working. Must lie in the future when given. The answer warns 30 days before.',
  homeRealmDomains:
    'Email domains that lead to this connection. Stored in lower case as IDNA A-labels, without `@` or a dot at the end; each domain belongs to one connection of the environment. At most 1000.',
  alwaysShowButton: 'Show the button even when home realm domains are set.',
  extendedProfile: 'Ask for more Microsoft profile fields; they appear in the access token’s `extra_claims`.',
  getUserGroups: 'Read the groups of people who sign in.',
  backgroundGroups:
    'The app registration may read groups by itself (application permission, admin consent), so unknown groups can be completed without the person.',
  trustedProvider:
    'Believe the emails of this provider, for linking to existing users: Entra and companies as far as `trustScope` goes, others where the provider says that the address is verified. On by default for `google` only.',
  trustScope:
    '`home-realm`: only addresses in the home realm domains (or proven by the provider). `any`: every address; refused together with the common endpoint.',
  syncProfile: 'Update profiles at later sign-ins: `on`, `off`, or `inherit` the environment’s policy.',
  createUsers: 'Create a user at the first sign-in of somebody unknown.',
  autoJoinOrganization: 'Make people members of the organization when they sign in. Needs `organizationId`.',
  upstreamParams:
    'Parameters added to the upstream authorize request: `{"prompt":{"value":"select_account"},"login_hint":{"alias":"login_hint"}}`. A value has 1–256 characters; an alias is one of `login_hint`, `prompt`, `ui_locales`, `domain_hint`. Names the protocol owns (client_id, redirect_uri, state, nonce, scope, response_*, code_*, …) are refused. At most 20. Replaced as a whole.',
  enabledApplications: 'Ids of the applications that may use it; null means all. At most 1000.',
  graphClientId:
    'Application (client) ID of the enterprise application’s app registration. With a credential it reads groups from Microsoft Graph; with `entraDomain` it leads to the metadata of the application’s own certificates.',
  federationEntraDomain:
    'The Entra tenant, as domain or GUID. Resolved once, when saved, to `tenantId`, and pinned to it. Null for a provider that is not Entra: its people are known by issuer and name ID, in this connection only.',
  metadataUrl:
    'https address of the provider’s federation metadata. By default that of the tenant, with `?appid=` of `clientId`. Read when saved and on a schedule. Null where the metadata was pasted.',
  metadataXml: 'The provider’s metadata itself, in place of its address. At most 256 kB. Then nothing is refreshed.',
  pinnedCertificates:
    'SHA-256 thumbprints of the only certificates of the metadata that may sign. Null means all of them, so that a rollover needs nobody.',
  provider: 'What the metadata says: entity ID, addresses, certificates. Read only.',
  attributeMapping: 'Names of the attributes to read. By default those of Entra. Fields left out keep theirs.',
  singleLogout: 'Sign people out at the provider too when they sign out here.',
  providerInitiatedApplication:
    'Id of the application that an answer nobody asked for leads to. The answer itself is thrown away: a sign-in of our own begins at the application’s `initiateLoginUri`. Null: such answers are refused.',
  realm: 'Our `wtrealm`: the Identifier in the enterprise application. By default an address of this connection.',
  entityId: 'Our entity ID: the Identifier in the enterprise application. By default an address of this connection.',
  signInUrl: 'Where sign-in requests go, in place of the address in the metadata. https.',
  nameIdFormat:
    'Which sort of name ID to ask for; `any` asks for none. Name IDs for one visit are refused in any case.',
  signRequests: 'Sign our requests, with the newest certificate credential of the connection.',
  assertionEncryption:
    '`none`: encrypted assertions are refused. `allowed`, `required`: opened with the certificate credentials of the connection (RSA-OAEP, AES-GCM).',
  callbackUrl: 'The redirect URI to enter in the app registration. One per connection, read only.',
} as const;

/** What the simulated directory holds. Times are epoch seconds; ids are GUIDs in lower case. */

export type Tenant = {
  id: string;
  displayName: string;
  /** Verified domains; the first is the initial one. Each of them is also a tenant segment in a URL. */
  domains: string[];
};

export type User = {
  oid: string;
  tenantId: string;
  userPrincipalName: string;
  displayName: string;
  password: string;
  givenName?: string | undefined;
  surname?: string | undefined;
  mail?: string | undefined;
  otherMails: string[];
  jobTitle?: string | undefined;
  department?: string | undefined;
  officeLocation?: string | undefined;
  mobilePhone?: string | undefined;
  preferredLanguage?: string | undefined;
  country?: string | undefined;
  enabled: boolean;
  /** A guest's credentials are those of `home`, in another tenant. */
  guest: boolean;
  home?: { tenantId: string; oid: string } | undefined;
  /** PNG, base64. */
  photo?: string | undefined;
  /** What `xms_edov` says; by default true for mail in a domain of the user's own tenant. */
  emailDomainOwnerVerified?: boolean | number | string | undefined;
  groups: string[];
};

export type Group = {
  id: string;
  tenantId: string;
  displayName: string;
  securityEnabled: boolean;
  /** Groups that this one is in: whoever is in this one is in those too. */
  memberOf?: string[] | undefined;
};

export type Secret = { value: string; expiresAt?: string | undefined };

export const optionalClaimNames = [
  'acct',
  'auth_time',
  'ctry',
  'email',
  'family_name',
  'given_name',
  'ipaddr',
  'login_hint',
  'sid',
  'upn',
  'verified_primary_email',
  'verified_secondary_email',
  'xms_edov',
  'xms_pl',
] as const;
export type OptionalClaim = (typeof optionalClaimNames)[number];

export type App = {
  clientId: string;
  /** The tenant the app is registered in. */
  tenantId: string;
  displayName: string;
  secrets: Secret[];
  /** PEM certificates that client assertions may be signed with. */
  certificates: string[];
  redirectUris: string[];
  postLogoutRedirectUris: string[];
  optionalClaims: OptionalClaim[];
  groupMembershipClaims: 'None' | 'SecurityGroup' | 'All';
  permissions: { delegated: string[]; application: string[] };
  multiTenant: boolean;
  personalAccounts: boolean;
  publicClient: boolean;
  assignmentRequired: boolean;
  /** People who may use the app when assignment is required. */
  assignedUsers: string[];
  /** App roles by user, the `roles` claim. */
  roles: Record<string, string[]>;
  /** `granted`: an administrator consented for everybody. `user`: each person is asked. `admin`: only an administrator could. */
  consent: 'granted' | 'user' | 'admin';
  /** What the app calls itself in SAML (entity ID) and WS-Federation (realm). */
  identifierUris: string[];
  /** Where SAML and WS-Federation answers may go; the first is the default. */
  samlReplyUrls: string[];
  /** Where the app is told that somebody signed out. */
  logoutUrl?: string | undefined;
  /** Signs with a certificate of its own, as enterprise applications do; else with the cloud's keys. */
  ownCertificate: boolean;
  signing: 'assertion' | 'response' | 'both';
  /** PEM; with it SAML assertions are encrypted. */
  encryptionCertificate?: string | undefined;
  /** PEM; with any of them, SAML requests must be signed by one. */
  requestCertificates: string[];
};

/** Of an app that has nothing to do with SAML and WS-Federation. */
export const withoutFederation = {
  identifierUris: [],
  samlReplyUrls: [],
  ownCertificate: false,
  signing: 'assertion',
  requestCertificates: [],
} satisfies Partial<App>;

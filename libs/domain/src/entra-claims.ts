const microsoft = 'http://schemas.microsoft.com';

/** Claim URIs by which Entra names tenant and person: the parts of an `entra` account key. Not for admins to map. */
export const entraClaimUris = {
  tenantId: `${microsoft}/identity/claims/tenantid`,
  objectId: `${microsoft}/identity/claims/objectidentifier`,
  /** Who knows the person: for a guest another one than who speaks here. */
  identityProvider: `${microsoft}/identity/claims/identityprovider`,
  /** In place of more than 150 groups: an address that may point anywhere and is not even read. */
  groupsLink: `${microsoft}/claims/groups.link`,
} as const;

import { emailDomain, type UpstreamClaims } from '@homerealm/domain';
import { own, ownText, type JsonObject } from '../json.js';

/**
 * The claims of a verified ID token that leave the connector: known names, bounded text. What does not fit is left
 * out, never cut: half an email address is another address.
 */
export function readAccountClaims(claims: JsonObject): UpstreamClaims {
  const email = readEmail(claims);
  return withoutAbsent({
    email,
    emailVerified: email === undefined ? undefined : flag(own(claims, 'email_verified')),
    emailDomainOwnerVerified: email === undefined ? undefined : flag(own(claims, 'xms_edov')),
    preferredUsername: ownText(claims, 'preferred_username', 512),
    displayName: ownText(claims, 'name', 512),
    givenName: ownText(claims, 'given_name', 256),
    familyName: ownText(claims, 'family_name', 256),
  });
}

/** `acct`: 0 for a member of the tenant, 1 for a guest. */
export function readGuest(claims: JsonObject): boolean | undefined {
  return flag(own(claims, 'acct'));
}

function readEmail(claims: JsonObject): string | undefined {
  const email = ownText(claims, 'email', 254);
  return email !== undefined && emailDomain(email) !== undefined ? email : undefined;
}

/** Entra's type varies for the same claim; other spellings than these say nothing. */
function flag(value: unknown): boolean | undefined {
  if (value === true || value === 1 || value === '1' || value === 'true') return true;
  if (value === false || value === 0 || value === '0' || value === 'false') return false;
  return undefined;
}

function withoutAbsent(claims: UpstreamClaims): UpstreamClaims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

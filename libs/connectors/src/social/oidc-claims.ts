import { emailDomain, type UpstreamClaims } from '@homerealm/domain';
import { plainHttpsUrl } from '../http/checked-url.js';
import { own, ownText, type JsonObject } from '../json.js';

/**
 * The standard claims that leave the connector: known names, own properties, bounded text. What does not fit is left
 * out, never cut: half an email address is another address.
 */
export function readOidcClaims(claims: JsonObject): UpstreamClaims {
  return present({
    ...readEmailClaims(claims),
    preferredUsername: ownText(claims, 'preferred_username', 512),
    displayName: ownText(claims, 'name', 512),
    givenName: ownText(claims, 'given_name', 256),
    familyName: ownText(claims, 'family_name', 256),
    picture: readPicture(own(claims, 'picture')),
  });
}

/** An address and the provider's word for it, always from one place. Only the boolean counts: a text proves nothing. */
function readEmailClaims(claims: JsonObject): Pick<UpstreamClaims, 'email' | 'emailVerified'> {
  const email = readEmail(claims, 'email');
  const verified = own(claims, 'email_verified');
  return email === undefined ? {} : { email, emailVerified: typeof verified === 'boolean' ? verified : undefined };
}

/** An email address of a form that can be one. */
export function readEmail(object: JsonObject, name: string): string | undefined {
  const email = ownText(object, name, 254);
  return email !== undefined && emailDomain(email) !== undefined ? email : undefined;
}

/** Pictures are shown to others, so their address is https and nothing else. */
export function readPicture(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 2_048 ? plainHttpsUrl(value)?.href : undefined;
}

/** Without the names that have no value. */
export function present(claims: UpstreamClaims): UpstreamClaims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

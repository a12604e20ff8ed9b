import type { TokenGroups } from './groups-for-token.js';
import type { SignInFacts } from './sign-in-facts.js';

export type Claims = Record<string, unknown>;

/** Longest picture that goes into a token. Longer ones are inline images: they stay in the directory. */
const longestPicture = 2_048;

/** Claims of our own in the access token, beside the standard ones. */
export function accessTokenClaims(facts: SignInFacts, groups: TokenGroups | undefined): Claims {
  return withoutAbsent({
    org_code: facts.organizationId ?? undefined,
    ...(groups && { ext_groups_status: groups.status }),
    ...(groups?.status === 'complete' && { ext_groups: groups.groups }),
    extra_claims: extraClaims(facts),
  });
}

/**
 * Standard claims by scope (OpenID Connect Core §5.4), and for ID tokens `ext_provider`. What a scope does not cover is
 * not in `ext_provider` either.
 */
export function userClaims(
  facts: SignInFacts,
  groups: TokenGroups | undefined,
  scopes: ReadonlySet<string>,
  use: 'id_token' | 'userinfo',
): Claims {
  return withoutAbsent({
    sub: facts.userId,
    org_code: facts.organizationId ?? undefined,
    ...(scopes.has('profile') && profileClaims(facts)),
    ...(scopes.has('email') && emailClaims(facts)),
    ...(use === 'id_token' && { ext_provider: providerClaim(facts, groups, scopes) }),
  });
}

/** What both tokens would say of a person to an application that asks for everything. */
export function allClaims(
  facts: SignInFacts,
  groups: TokenGroups | undefined,
): { accessToken: Claims; idToken: Claims } {
  return {
    accessToken: { sub: facts.userId, ...accessTokenClaims(facts, groups) },
    idToken: userClaims(facts, groups, new Set(['openid', 'profile', 'email']), 'id_token'),
  };
}

function profileClaims({ profile }: SignInFacts): Claims {
  const name = [profile.givenName, profile.familyName].filter(Boolean).join(' ');
  return {
    name: name === '' ? undefined : name,
    given_name: profile.givenName ?? undefined,
    family_name: profile.familyName ?? undefined,
    picture: shortPicture(profile.picture),
  };
}

function emailClaims({ profile }: SignInFacts): Claims {
  return profile.email === undefined ? {} : { email: profile.email, email_verified: profile.emailVerified ?? false };
}

/** Undefined where no provider was asked. */
function providerClaim(
  facts: SignInFacts,
  groups: TokenGroups | undefined,
  scopes: ReadonlySet<string>,
): Claims | undefined {
  if (facts.connectionId === null) return undefined;
  const { upstream } = facts;
  const mayProfile = scopes.has('profile');
  const profile = {
    ...(mayProfile && {
      display_name: upstream.displayName,
      preferred_username: upstream.preferredUsername,
      ...upstream.extra,
    }),
    ...(groups?.status === 'complete' && { groups: groups.groups }),
    ...(groups?.status === 'unknown' && { groups_status: 'unknown' }),
  };
  const claims = {
    ...(scopes.has('email') && { email: upstream.email }),
    ...(mayProfile && {
      given_name: upstream.givenName,
      family_name: upstream.familyName,
      picture: shortPicture(upstream.picture),
    }),
    profile: withoutAbsent(profile),
  };
  return { connection_id: facts.connectionId, name: facts.connectionName, claims: withoutAbsent(claims) };
}

function extraClaims({ upstream }: SignInFacts): Claims | undefined {
  const { extra } = upstream;
  return extra && Object.keys(extra).length > 0 ? extra : undefined;
}

function shortPicture(picture: string | null | undefined): string | undefined {
  return picture && picture.length <= longestPicture ? picture : undefined;
}

function withoutAbsent(claims: Claims): Claims {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
}

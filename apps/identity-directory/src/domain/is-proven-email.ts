import type { UpstreamSignIn } from '@homerealm/contracts';
import { emailDomain, normalizeEmail, type Strategy, type UpstreamAccount } from '@homerealm/domain';

export type SignInConnection = UpstreamSignIn['connection'];

/** May we act on the email a provider reported? With the reason, which is stable and goes into the decision record. */
export type EmailProof =
  | {
      proven: true;
      reason: 'provider-verified' | 'home-realm-domain' | 'domain-owner-verified' | 'trust-scope-any';
      canon: string;
    }
  | {
      proven: false;
      reason:
        | 'no-email'
        | 'not-an-email'
        | 'connection-not-trusted'
        | 'not-verified-by-provider'
        | 'domain-not-home-realm'
        | 'domain-owner-not-verified';
      /** Known, shown, never matched. */
      canon: string | null;
    };

const entraStrategies: ReadonlySet<Strategy> = new Set<Strategy>(['entra-oauth2']);
const federationStrategies: ReadonlySet<Strategy> = new Set<Strategy>(['entra-saml', 'entra-wsfed']);

/** The kind of identity a connection makes. */
export const identityTypeOf = (strategy: Strategy): 'enterprise' | 'social' =>
  entraStrategies.has(strategy) || federationStrategies.has(strategy) ? 'enterprise' : 'social';

/**
 * Only a proven email may link to somebody or become an email identity. Proof needs a trusted connection, and then:
 * social, the provider's `email_verified`; Entra pinned to one tenant, a home realm domain, `xms_edov`, or trust in
 * any domain; Entra's common endpoint, `xms_edov` alone (its tenant was allowed before it got here); SAML and WS-Fed,
 * a home realm domain or trust in any domain.
 */
export function isProvenEmail(connection: SignInConnection, { claims }: Pick<UpstreamAccount, 'claims'>): EmailProof {
  if (claims.email === undefined || claims.email.trim() === '') return unproven('no-email', null);
  const canon = normalizeEmail(claims.email);
  if (canon === undefined) return unproven('not-an-email', null);
  if (!connection.trustedProvider) return unproven('connection-not-trusted', canon);

  if (identityTypeOf(connection.strategy) === 'social') {
    return claims.emailVerified === true
      ? proven('provider-verified', canon)
      : unproven('not-verified-by-provider', canon);
  }
  if (federationStrategies.has(connection.strategy)) return byDomain(connection, canon);
  if (connection.pinnedTenant) {
    return claims.emailDomainOwnerVerified === true && !isHomeRealm(connection, canon)
      ? proven('domain-owner-verified', canon)
      : byDomain(connection, canon);
  }
  return claims.emailDomainOwnerVerified === true
    ? proven('domain-owner-verified', canon)
    : unproven('domain-owner-not-verified', canon);
}

function byDomain(connection: SignInConnection, canon: string): EmailProof {
  if (isHomeRealm(connection, canon)) return proven('home-realm-domain', canon);
  return connection.trustScope === 'any' ? proven('trust-scope-any', canon) : unproven('domain-not-home-realm', canon);
}

/** Whole domain names only: a subdomain of a home realm domain is another domain. */
function isHomeRealm(connection: SignInConnection, canon: string): boolean {
  const domain = emailDomain(canon);
  return domain !== undefined && connection.homeRealmDomains.includes(domain);
}

const proven = (reason: Extract<EmailProof, { proven: true }>['reason'], canon: string): EmailProof => ({
  proven: true,
  reason,
  canon,
});

const unproven = (reason: Extract<EmailProof, { proven: false }>['reason'], canon: string | null): EmailProof => ({
  proven: false,
  reason,
  canon,
});

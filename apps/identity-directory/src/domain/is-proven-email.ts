import type { UpstreamSignIn } from '@homerealm/contracts';
import { emailDomain, normalizeEmail, type Strategy, type UpstreamAccount } from '@homerealm/domain';

export type SignInConnection = UpstreamSignIn['connection'];

/** May we act on the email of a sign-in? With the reason, which is stable and goes into the decision record. */
export type EmailProof =
  | {
      proven: true;
      reason: 'provider-verified' | 'home-realm-domain' | 'domain-owner-verified' | 'trust-scope-any' | 'proved-here';
      /** As the provider or the person wrote it. */
      value: string;
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
        | 'domain-owner-not-verified'
        | 'guest-account';
      /** Known, shown, never matched. */
      canon: string | null;
    };

/** What of an upstream account tells whether its email is proven. */
export type EmailWord = Pick<UpstreamAccount, 'claims'> & Partial<Pick<UpstreamAccount, 'guest' | 'key'>>;

const entraStrategies: ReadonlySet<Strategy> = new Set<Strategy>(['entra-oauth2']);
const federationStrategies: ReadonlySet<Strategy> = new Set<Strategy>(['entra-saml', 'entra-wsfed']);

/** The tenant of everybody's personal Microsoft accounts: it speaks for no domain. */
const consumerTenantId = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** The kind of identity a connection makes: what it says itself, else what its strategy is for. */
export const identityTypeOf = ({
  strategy,
  identityType,
}: Pick<SignInConnection, 'strategy' | 'identityType'>): 'enterprise' | 'social' =>
  identityType ?? (entraStrategies.has(strategy) || federationStrategies.has(strategy) ? 'enterprise' : 'social');

/**
 * Only a proven email may link to somebody or become an email identity. Proof needs a trusted connection, and then:
 * social, the provider's `email_verified`; Entra pinned to one tenant, a home realm domain, `xms_edov`, or trust in
 * any domain; Entra's common endpoint, `xms_edov` alone (its tenant was allowed before it got here); SAML, WS-Fed and
 * a company's own OpenID provider, a home realm domain or trust in any domain. A guest, or a personal account, brings
 * an address the tenant does not own: `xms_edov` alone counts. An address the person proved to us needs nobody's word.
 */
export function isProvenEmail(connection: SignInConnection, account: EmailWord, provenEmail?: string): EmailProof {
  const social = identityTypeOf(connection) === 'social';
  const provedHere = social && provenEmail !== undefined ? normalizeEmail(provenEmail) : undefined;
  if (provenEmail !== undefined && provedHere !== undefined) return proven('proved-here', provenEmail, provedHere);

  const { claims } = account;
  if (claims.email === undefined || claims.email.trim() === '') return unproven('no-email', null);
  const canon = normalizeEmail(claims.email);
  if (canon === undefined) return unproven('not-an-email', null);
  if (!connection.trustedProvider) return unproven('connection-not-trusted', canon);

  const says = social
    ? byProvider(account)
    : entraStrategies.has(connection.strategy)
      ? byEntra(connection, account, canon)
      : byFederation(connection, account, canon);
  return isProof(says) ? proven(says, claims.email, canon) : unproven(says, canon);
}

type Proof = Extract<EmailProof, { proven: true }>['reason'];
type Doubt = Extract<EmailProof, { proven: false }>['reason'];
const proofs: ReadonlySet<Proof | Doubt> = new Set<Proof | Doubt>([
  'provider-verified',
  'home-realm-domain',
  'domain-owner-verified',
  'trust-scope-any',
]);
const isProof = (reason: Proof | Doubt): reason is Proof => proofs.has(reason);

const byProvider = ({ claims }: EmailWord): Proof | Doubt =>
  claims.emailVerified === true ? 'provider-verified' : 'not-verified-by-provider';

function byEntra(connection: SignInConnection, account: EmailWord, canon: string): Proof | Doubt {
  const ownerVerified = account.claims.emailDomainOwnerVerified === true;
  if (isGuest(account)) return ownerVerified ? 'domain-owner-verified' : 'guest-account';
  if (!connection.pinnedTenant) return ownerVerified ? 'domain-owner-verified' : 'domain-owner-not-verified';
  return ownerVerified && !isHomeRealm(connection, canon) ? 'domain-owner-verified' : byDomain(connection, canon);
}

/** A provider that calls the address unverified itself is believed. */
function byFederation(connection: SignInConnection, account: EmailWord, canon: string): Proof | Doubt {
  if (isGuest(account)) return 'guest-account';
  return account.claims.emailVerified === false ? 'not-verified-by-provider' : byDomain(connection, canon);
}

/** Invited into the tenant from elsewhere, or nobody's employee: the email is not the tenant's word. */
export const isGuest = ({ guest, key }: EmailWord): boolean =>
  guest === true || (key?.kind === 'entra' && key.tenantId.toLowerCase() === consumerTenantId);

function byDomain(connection: SignInConnection, canon: string): Proof | Doubt {
  if (isHomeRealm(connection, canon)) return 'home-realm-domain';
  return connection.trustScope === 'any' ? 'trust-scope-any' : 'domain-not-home-realm';
}

/** Whole domain names only: a subdomain of a home realm domain is another domain. */
function isHomeRealm(connection: SignInConnection, canon: string): boolean {
  const domain = emailDomain(canon);
  return domain !== undefined && connection.homeRealmDomains.includes(domain);
}

const proven = (reason: Proof, value: string, canon: string): EmailProof => ({ proven: true, reason, value, canon });

const unproven = (reason: Doubt, canon: string | null): EmailProof => ({ proven: false, reason, canon });

import { createHash, type KeyObject } from 'node:crypto';
import { compactVerify } from 'jose';
import { Refusal, type CheckDetails, type CheckList, type UpstreamCheckCode } from '../check-list.js';
import { own, type JsonObject } from '../json.js';
import type { KnownProvider, ProviderCache } from '../provider-cache.js';
import type { UpstreamRefusalCode } from '../upstream.errors.js';
import type { OidcKeys } from './oidc-keys.js';
import type { OidcMetadata, OidcPlace } from './oidc-metadata.js';
import type { IdTokenAlgorithm } from './provider-facts.js';
import { readOidcToken, type UnverifiedToken } from './read-oidc-token.js';

export type OidcProvider = KnownProvider<OidcPlace, OidcMetadata, OidcKeys>;
export type OidcProviders = ProviderCache<OidcPlace, OidcMetadata, OidcKeys>;

/** Seconds that clocks may differ. */
export const clockSkew = 60;

type Expected = { clientId: string; nonce: string; now: Date; accessToken: string | undefined };

export type VerifiedToken = { claims: JsonObject; subject: string; provider: OidcProvider };

/**
 * The strict check of an ID token: claims by type and form, not by presence, against what *we* configured. Each step
 * lands in `checks`; the first that fails is thrown as a `Refusal`. The library checks it again afterwards.
 */
export async function checkOidcToken(
  compact: string,
  expected: Expected,
  { provider, providers, checks }: { provider: OidcProvider; providers: OidcProviders; checks: CheckList },
): Promise<VerifiedToken> {
  const token = readOidcToken(compact, provider.metadata.algorithms);
  checks.passed('upstream.id-token', { alg: token.algorithm });
  const signedBy = await checkSignature(token, provider, providers);
  checks.passed('upstream.signature', token.kid === undefined ? {} : { kid: token.kid });
  const { claims, algorithm } = token;
  if (own(claims, 'iss') !== provider.place.issuer) throw refuse('upstream.issuer', 'upstream.issuer-mismatch');
  checks.passed('upstream.issuer', { issuer: provider.place.issuer });
  checkAudience(claims, expected.clientId);
  checks.passed('upstream.audience');
  checkNonce(claims, expected.nonce);
  checks.passed('upstream.nonce');
  checkTimes(claims, Math.floor(expected.now.getTime() / 1000));
  checks.passed('upstream.times');
  const subject = checkSubject(claims);
  checks.passed('upstream.subject');
  if (checkAccessToken(claims, algorithm, expected.accessToken)) checks.passed('upstream.access-token');
  return { claims, subject, provider: signedBy };
}

/** An unknown key, or a signature by a nameless one, may be a rotation: the keys are read again, once per cooldown. */
async function checkSignature(
  token: UnverifiedToken,
  provider: OidcProvider,
  providers: OidcProviders,
): Promise<OidcProvider> {
  const now = provider.keys.find(token.kid, token.algorithm);
  if (now.kind === 'fit' && (await isSignedWith(token, now.key))) return provider;
  const settled = now.kind === 'unfit' || (now.kind === 'fit' && token.kid !== undefined);
  const newer = settled ? provider : await providers.withNewerKeys(provider);
  const then = newer.keys.find(token.kid, token.algorithm);
  if (then.kind === 'unknown') throw refuse('upstream.signature', 'upstream.key-unknown', kidOf(token));
  if (then.kind === 'unfit') throw refuse('upstream.signature', 'upstream.key-unfit', kidOf(token));
  if (newer !== provider && (await isSignedWith(token, then.key))) return newer;
  throw refuse('upstream.signature', 'upstream.signature-invalid');
}

const kidOf = ({ kid }: UnverifiedToken): CheckDetails => (kid === undefined ? {} : { kid });

async function isSignedWith({ compact, algorithm }: UnverifiedToken, key: KeyObject): Promise<boolean> {
  try {
    await compactVerify(compact, key, { algorithms: algorithm === 'EdDSA' ? ['EdDSA', 'Ed25519'] : [algorithm] });
    return true;
  } catch {
    return false;
  }
}

/** For us and nobody else: further audiences would have to be trusted, and we know none. */
function checkAudience(claims: JsonObject, clientId: string): void {
  const audience = own(claims, 'aud');
  const only: unknown = Array.isArray(audience) && audience.length === 1 ? audience[0] : audience;
  if (only !== clientId) throw refuse('upstream.audience', 'upstream.audience-mismatch');
  const party = own(claims, 'azp');
  if (party !== undefined && party !== clientId) {
    throw refuse('upstream.audience', 'upstream.authorized-party-mismatch');
  }
}

function checkNonce(claims: JsonObject, expected: string): void {
  const nonce = own(claims, 'nonce');
  if (typeof nonce !== 'string' || nonce === '') throw refuse('upstream.nonce', 'upstream.nonce-missing');
  if (nonce !== expected) throw refuse('upstream.nonce', 'upstream.nonce-mismatch');
}

function checkTimes(claims: JsonObject, now: number): void {
  const exp = time(claims, 'exp');
  const iat = time(claims, 'iat');
  const nbf = Object.hasOwn(claims, 'nbf') ? time(claims, 'nbf') : iat;
  if (nbf >= exp || iat >= exp) throw refuse('upstream.times', 'upstream.times-invalid', { problem: 'order' });
  if (now >= exp + clockSkew) throw refuse('upstream.times', 'upstream.expired', { secondsAgo: now - exp });
  if (nbf > now + clockSkew) throw refuse('upstream.times', 'upstream.not-yet-valid', { secondsAhead: nbf - now });
  if (iat > now + clockSkew) throw refuse('upstream.times', 'upstream.issued-in-future', { secondsAhead: iat - now });
}

function time(claims: JsonObject, name: 'exp' | 'nbf' | 'iat'): number {
  const value = own(claims, name);
  // Up to the year 9999: what lies beyond has no ISO form that all readers share.
  if (typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 253_402_300_800) return value;
  throw refuse('upstream.times', 'upstream.times-invalid', { problem: name });
}

/** OpenID Connect Core §2: at most 255 ASCII characters, with differences of case. */
function checkSubject(claims: JsonObject): string {
  const subject = own(claims, 'sub');
  if (typeof subject === 'string' && /^[\x21-\x7e]{1,255}$/.test(subject)) return subject;
  throw refuse('upstream.subject', 'upstream.subject-missing', { claim: 'sub' });
}

/** OpenID Connect Core §3.1.3.6: the left half of the access token's digest, where the token carries one. */
function checkAccessToken(claims: JsonObject, algorithm: IdTokenAlgorithm, accessToken: string | undefined): boolean {
  if (!Object.hasOwn(claims, 'at_hash')) return false;
  const digest = createHash(algorithm === 'EdDSA' ? 'sha512' : 'sha256')
    .update(accessToken ?? '')
    .digest();
  const half = digest.subarray(0, digest.length / 2).toString('base64url');
  if (accessToken !== undefined && own(claims, 'at_hash') === half) return true;
  throw refuse('upstream.access-token', 'upstream.access-token-mismatch');
}

function refuse(check: UpstreamCheckCode, code: UpstreamRefusalCode, details?: CheckDetails): Refusal {
  return new Refusal(check, code, details);
}

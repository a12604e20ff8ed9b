import { compactVerify } from 'jose';
import { Refusal, type CheckDetails, type CheckList, type UpstreamCheckCode } from '../check-list.js';
import { guid, own, type JsonObject } from '../json.js';
import type { UpstreamRefusalCode } from '../upstream.errors.js';
import { issuerOf, tenantTemplate } from './provider-metadata.js';
import type { Provider, Providers } from './providers.js';
import { readIdToken } from './read-id-token.js';
import type { SigningKey } from './signing-keys.js';

/** Seconds by which the provider's clock may differ from ours. */
export const clockSkew = 60;

export type Expected = {
  clientId: string;
  nonce: string;
  /** Tenants whose people may sign in: the pinned one, or the allow-list of the common endpoint. Lower-case GUIDs. */
  tenants: readonly string[];
  now: Date;
};

/** An ID token that passed every check, with the provider state it was checked against. */
export type VerifiedIdToken = {
  compact: string;
  claims: JsonObject;
  tenantId: string;
  objectId: string;
  subject: string;
  issuer: string;
  provider: Provider;
};

/**
 * The strict check of an Entra v2 ID token: claims by type and form, not by presence; the key must be published for
 * this use and for this issuer; the issuer must be the one of the authority and tenant that we configured.
 * Each step lands in `checks`; the first that fails is thrown as a `Refusal`.
 */
export async function checkIdToken(
  compact: string,
  expected: Expected,
  { provider, providers, checks }: { provider: Provider; providers: Providers; checks: CheckList },
): Promise<VerifiedIdToken> {
  const token = readIdToken(compact);
  checks.passed('upstream.id-token');
  const found = await findKey(token.kid, provider, providers);
  await checkSignature(compact, found.key);
  checks.passed('upstream.signature', { kid: token.kid });

  const { claims } = token;
  const issuer = checkIssuer(claims, provider, found.key);
  checks.passed('upstream.issuer', { issuer: issuer.text });
  checkAudience(claims, expected.clientId);
  checks.passed('upstream.audience');
  checkNonce(claims, expected.nonce);
  checks.passed('upstream.nonce');
  const tenantId = checkTenant(claims, issuer.tenantId, expected.tenants);
  checks.passed('upstream.tenant', { tenantId });
  checkTimes(claims, Math.floor(expected.now.getTime() / 1000));
  checks.passed('upstream.times');
  const { subject, objectId } = checkSubject(claims);
  checks.passed('upstream.subject', { objectId, optionalClaims: optionalClaimsIn(claims) });
  return { compact, claims, tenantId, objectId, subject, issuer: issuer.text, provider: found.provider };
}

/** What an app registration sends only when it was told to. Names only: for whoever sets it up. */
const optionalClaims = ['acct', 'email', 'family_name', 'given_name', 'groups', 'xms_edov'] as const;

function optionalClaimsIn(claims: JsonObject): string {
  const overage = Object.hasOwn(claims, '_claim_names') || Object.hasOwn(claims, 'hasgroups');
  return optionalClaims.filter((name) => Object.hasOwn(claims, name) || (name === 'groups' && overage)).join(' ');
}

/** An unknown key id may be a rotation: the keys are read again, at most once per cooldown. */
export async function findKey(kid: string, provider: Provider, providers: Providers) {
  const current = provider.keys.find(kid) ? provider : await providers.withNewerKeys(provider);
  const key = current.keys.find(kid);
  if (!key) throw refuse('upstream.signature', 'upstream.key-unknown', { kid });
  return { key, provider: current };
}

export async function checkSignature(compact: string, { verifier }: SigningKey): Promise<void> {
  if (!verifier) throw refuse('upstream.signature', 'upstream.key-unfit');
  try {
    await compactVerify(compact, verifier, { algorithms: ['RS256'] });
  } catch {
    throw refuse('upstream.signature', 'upstream.signature-invalid');
  }
}

/** Compared with our own configuration, not with what the metadata says of itself. */
function checkIssuer(claims: JsonObject, { place }: Provider, key: SigningKey): { text: string; tenantId: string } {
  const text = own(claims, 'iss');
  const [before = '', after = ''] = issuerOf({ ...place, segment: 'common' }).split(tenantTemplate);
  const fits = typeof text === 'string' && text.startsWith(before) && text.endsWith(after);
  const tenantId = fits ? guid(text.slice(before.length, text.length - after.length)) : undefined;
  if (!fits || !tenantId) throw refuse('upstream.issuer', 'upstream.issuer-mismatch');
  if (place.segment !== 'common' && place.segment !== tenantId) {
    throw refuse('upstream.issuer', 'upstream.issuer-mismatch', { tenantId });
  }
  if (key.issuer !== undefined && key.issuer.replace(tenantTemplate, tenantId).toLowerCase() !== text.toLowerCase()) {
    throw refuse('upstream.issuer', 'upstream.key-issuer-mismatch');
  }
  return { text, tenantId };
}

function checkAudience(claims: JsonObject, clientId: string): void {
  // A list, even of one, and Entra's spn: form are not what the v2 endpoint sends.
  if (own(claims, 'aud') !== clientId) throw refuse('upstream.audience', 'upstream.audience-mismatch');
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

function checkTenant(claims: JsonObject, issuerTenant: string, tenants: readonly string[]): string {
  const tenantId = guid(own(claims, 'tid'));
  if (!tenantId) throw refuse('upstream.tenant', 'upstream.tenant-missing');
  if (tenantId !== issuerTenant) throw refuse('upstream.tenant', 'upstream.tenant-mismatch', { tenantId });
  if (!tenants.includes(tenantId)) throw refuse('upstream.tenant', 'upstream.tenant-not-allowed', { tenantId });
  return tenantId;
}

export function checkTimes(claims: JsonObject, now: number): void {
  const exp = time(claims, 'exp');
  const nbf = time(claims, 'nbf');
  const iat = time(claims, 'iat');
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

function checkSubject(claims: JsonObject): { subject: string; objectId: string } {
  const [subject, objectId] = [own(claims, 'sub'), guid(own(claims, 'oid'))];
  if (typeof subject !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(subject)) {
    throw refuse('upstream.subject', 'upstream.subject-missing', { claim: 'sub' });
  }
  if (!objectId) throw refuse('upstream.subject', 'upstream.subject-missing', { claim: 'oid' });
  return { subject, objectId };
}

function refuse(check: UpstreamCheckCode, code: UpstreamRefusalCode, details?: CheckDetails): Refusal {
  return new Refusal(check, code, details);
}

import type { KeyObject } from 'node:crypto';
import { Refusal, type CheckDetails } from '../check-list.js';
import { guid, own, type JsonObject } from '../json.js';
import type { UpstreamRefusalCode } from '../upstream.errors.js';
import { checkSignature, checkTimes, findKey } from './check-id-token.js';
import type { Provider, Providers } from './providers.js';
import { readIdToken } from './read-id-token.js';

export type ExpectedAccess = {
  tenantId: string;
  /** The issuers of this tenant: that of v2 tokens first, that of v1 tokens second. */
  issuers: readonly string[];
  audiences: readonly string[];
  now: Date;
};

/** An access token that passed every check. */
export type VerifiedAccess = {
  verifier: KeyObject;
  objectId: string;
  /** The application that asked for the token. */
  clientId: string;
  /** Whether an application calls for itself, or for a person. */
  about: 'application' | 'person';
  roles: string[];
};

/**
 * The strict check of an access token of one Entra tenant, v1 or v2. Claims by type and form; nothing inside the token
 * says where to look for keys or whom to believe.
 * @throws Refusal
 */
export async function checkAccessToken(
  compact: string,
  expected: ExpectedAccess,
  { provider, providers }: { provider: Provider; providers: Providers },
): Promise<VerifiedAccess> {
  const { kid, claims } = readIdToken(compact);
  const { key } = await findKey(kid, provider, providers);
  await checkSignature(compact, key);
  checkIssuer(claims, key.issuer, expected);
  const audience = own(claims, 'aud');
  // A list, even of one, is not what Entra sends.
  if (typeof audience !== 'string' || !expected.audiences.includes(audience))
    throw refuse('upstream.audience-mismatch');
  if (guid(own(claims, 'tid')) !== expected.tenantId) throw refuse('upstream.tenant-mismatch');
  checkTimes(claims, Math.floor(expected.now.getTime() / 1000));
  const clientId = clientOf(claims);
  const objectId = guid(own(claims, 'oid'));
  if (!objectId) throw refuse('upstream.subject-missing', { claim: 'oid' });
  const about = aboutWhom(claims, objectId);
  const { verifier } = key;
  if (!verifier) throw refuse('upstream.key-unfit');
  return { verifier, objectId, clientId, about, roles: rolesOf(claims) };
}

/** The version that the token claims must be the one its issuer stands for; the key may be bound to this tenant only. */
function checkIssuer(claims: JsonObject, keyIssuer: string | undefined, { issuers, tenantId }: ExpectedAccess): void {
  const version = own(claims, 'ver');
  const issuer = version === '2.0' ? issuers[0] : version === '1.0' ? issuers[1] : undefined;
  if (issuer === undefined || own(claims, 'iss') !== issuer) throw refuse('upstream.issuer-mismatch');
  const boundTo = keyIssuer?.replace('{tenantid}', tenantId).toLowerCase();
  if (boundTo !== undefined && !issuers.includes(boundTo)) throw refuse('upstream.key-issuer-mismatch');
}

/** ID tokens do not name the application that asked, so none of them passes here. */
function clientOf(claims: JsonObject): string {
  const clientId = guid(own(claims, own(claims, 'ver') === '2.0' ? 'azp' : 'appid'));
  if (!clientId) throw refuse('upstream.authorized-party-mismatch', { problem: 'absent' });
  return clientId;
}

/** A person's token carries `scp`. An application's own has none, and its subject is its own object (or `idtyp` says so). */
function aboutWhom(claims: JsonObject, objectId: string): VerifiedAccess['about'] {
  const [scopes, kind] = [own(claims, 'scp'), own(claims, 'idtyp')];
  if (typeof scopes === 'string' && scopes.trim() !== '' && (kind === undefined || kind === 'user')) return 'person';
  const byItself = kind === 'app' || (kind === undefined && guid(own(claims, 'sub')) === objectId);
  if (scopes === undefined && byItself) return 'application';
  throw refuse('upstream.id-token-malformed', { problem: 'no-access-token' });
}

function rolesOf(claims: JsonObject): string[] {
  const roles = own(claims, 'roles');
  if (roles === undefined) return [];
  const isList = Array.isArray(roles) && roles.length <= 500;
  if (isList && roles.every((role): role is string => typeof role === 'string' && role.length <= 200)) return roles;
  throw refuse('upstream.id-token-malformed', { problem: 'roles' });
}

function refuse(code: UpstreamRefusalCode, details?: CheckDetails): Refusal {
  return new Refusal('upstream.id-token', code, details);
}

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { Refusal } from '../check-list.js';
import { isObject, own, type JsonObject } from '../json.js';

/** A published key. `verifier` is undefined when the key is published for another use or is no RSA key of 2048 bits. */
export type SigningKey = { verifier: KeyObject | undefined; issuer: string | undefined };

/** A provider's key set; keys are made into key objects when first used. */
export type SigningKeys = {
  find(kid: string): SigningKey | undefined;
  /** Digest of the set: equal sets have equal digests. */
  digest: string;
};

/** A real key set holds a handful. */
const mostKeys = 100;

/** Reads a JWKS document. Keys it cannot use stay known as unusable, so that a token signed with one is told apart. */
export function readSigningKeys(document: unknown): SigningKeys {
  const list = isObject(document) ? own(document, 'keys') : undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > mostKeys) {
    throw new Refusal('upstream.metadata', 'upstream.keys-invalid', { problem: 'no-key-list' });
  }
  const published = new Map<string, JsonObject>();
  for (const jwk of list as unknown[]) {
    const kid = isObject(jwk) ? own(jwk, 'kid') : undefined;
    if (isObject(jwk) && typeof kid === 'string' && !published.has(kid)) published.set(kid, jwk);
  }
  const made = new Map<string, SigningKey>();
  return {
    digest: createHash('sha256').update(JSON.stringify(list)).digest('base64url'),
    find(kid) {
      const jwk = published.get(kid);
      const key = made.get(kid) ?? (jwk && makeKey(jwk));
      if (key) made.set(kid, key);
      return key;
    },
  };
}

function makeKey(jwk: JsonObject): SigningKey {
  const issuer = own(jwk, 'issuer');
  return {
    verifier: isFit(jwk) ? importKey(jwk) : undefined,
    // An issuer that is there but no text binds the key to nobody.
    issuer: issuer === undefined ? undefined : String(issuer),
  };
}

/** RFC 7517 §4: a key is used only for the algorithm, use and operations it is published with. */
function isFit(jwk: JsonObject): boolean {
  const [use, alg, operations] = [own(jwk, 'use'), own(jwk, 'alg'), own(jwk, 'key_ops')];
  return (
    own(jwk, 'kty') === 'RSA' &&
    (use === undefined || use === 'sig') &&
    (alg === undefined || alg === 'RS256') &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify')))
  );
}

function importKey(jwk: JsonObject): KeyObject | undefined {
  const [n, e] = [own(jwk, 'n'), own(jwk, 'e')];
  if (typeof n !== 'string' || typeof e !== 'string' || n.length > 2048 || e.length > 16) return undefined;
  try {
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
    return modulusLength >= 2048 && publicExponent >= 3n ? key : undefined;
  } catch {
    return undefined;
  }
}

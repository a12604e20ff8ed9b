import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { Refusal } from '../check-list.js';
import { isObject, own, type JsonObject } from '../json.js';
import type { IdTokenAlgorithm } from './provider-facts.js';

/** The keys that may have signed a token; `unfit`: there is such a key, but not for this. */
export type KeyChoice = { kind: 'fit'; key: KeyObject } | { kind: 'unfit' } | { kind: 'unknown' };

/** A provider's key set; keys are made into key objects when first used. */
export type OidcKeys = {
  /**
   * The key a token names. A token without a key id is checked with the only key there is for its algorithm
   * (OpenID Connect Core §10.1); when there are several, it names none.
   */
  find(kid: string | undefined, algorithm: IdTokenAlgorithm): KeyChoice;
  /** The set as it was published, without keys that have no place in it. */
  document: { keys: JsonObject[] };
  /** Equal sets have equal digests. */
  digest: string;
};

/** A real key set holds a handful. */
const mostKeys = 100;

/** Reads a JWKS document. Keys it cannot use stay known as unfit, so that a token signed with one is told apart. */
export function readOidcKeys(document: unknown): OidcKeys {
  const list = isObject(document) ? own(document, 'keys') : undefined;
  if (!Array.isArray(list) || list.length === 0 || list.length > mostKeys) {
    throw new Refusal('upstream.metadata', 'upstream.keys-invalid', { problem: 'no-key-list' });
  }
  const keys = (list as unknown[]).filter(isObject).filter(isTheFirstOfItsName);
  const made = new Map<JsonObject, KeyObject | undefined>();
  const keyOf = (jwk: JsonObject, algorithm: IdTokenAlgorithm): KeyObject | undefined => {
    if (!isFit(jwk, algorithm)) return undefined;
    if (!made.has(jwk)) made.set(jwk, importKey(jwk));
    return made.get(jwk);
  };
  return {
    document: { keys },
    digest: createHash('sha256').update(JSON.stringify(list)).digest('base64url'),
    find(kid, algorithm) {
      const named = keys.filter((jwk) => (kid === undefined ? isFit(jwk, algorithm) : own(jwk, 'kid') === kid));
      const [jwk, ...more] = named;
      if (!jwk || more.length > 0) return { kind: 'unknown' };
      const key = keyOf(jwk, algorithm);
      return key ? { kind: 'fit', key } : { kind: 'unfit' };
    },
  };
}

function isTheFirstOfItsName(jwk: JsonObject, index: number, all: JsonObject[]): boolean {
  const kid = own(jwk, 'kid');
  return kid === undefined || all.findIndex((other) => own(other, 'kid') === kid) === index;
}

/** What a key must be to check a signature of this kind. */
const shapes: Record<IdTokenAlgorithm, { kty: string; crv?: string; names: readonly string[] }> = {
  RS256: { kty: 'RSA', names: ['RS256'] },
  PS256: { kty: 'RSA', names: ['PS256'] },
  ES256: { kty: 'EC', crv: 'P-256', names: ['ES256'] },
  EdDSA: { kty: 'OKP', crv: 'Ed25519', names: ['EdDSA', 'Ed25519'] },
};

/** RFC 7517 §4: a key is used only for the algorithm, use and operations it is published with. */
function isFit(jwk: JsonObject, algorithm: IdTokenAlgorithm): boolean {
  const [use, alg, operations] = [own(jwk, 'use'), own(jwk, 'alg'), own(jwk, 'key_ops')];
  const { kty, crv, names } = shapes[algorithm];
  return (
    own(jwk, 'kty') === kty &&
    (crv === undefined || own(jwk, 'crv') === crv) &&
    (use === undefined || use === 'sig') &&
    (alg === undefined || names.includes(alg as string)) &&
    (operations === undefined || (Array.isArray(operations) && operations.includes('verify')))
  );
}

/** Only the public parts are looked at, each of bounded length. */
function importKey(jwk: JsonObject): KeyObject | undefined {
  const parts = Object.fromEntries(['kty', 'n', 'e', 'crv', 'x', 'y'].map((name) => [name, own(jwk, name)]));
  if (Object.values(parts).some((part) => part !== undefined && (typeof part !== 'string' || part.length > 2_048))) {
    return undefined;
  }
  try {
    const key = createPublicKey({ key: parts, format: 'jwk' });
    const { modulusLength = 2_048, publicExponent = 3n } = key.asymmetricKeyDetails ?? {};
    return modulusLength >= 2_048 && publicExponent >= 3n ? key : undefined;
  } catch {
    return undefined;
  }
}

import { Refusal } from '../check-list.js';
import { isObject, own, type JsonObject } from '../json.js';
import type { UpstreamRefusalCode } from '../upstream.errors.js';
import type { IdTokenAlgorithm } from './provider-facts.js';

/** An ID token taken apart and not yet believed. */
export type UnverifiedToken = {
  compact: string;
  algorithm: IdTokenAlgorithm;
  kid: string | undefined;
  claims: JsonObject;
};

/** Keeps a byte order mark, which JSON.parse then refuses. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes a compact JWS apart. Strict in form, because the library reads it after us and must read the same: exactly
 * three base64url parts, UTF-8 without a byte order mark, JSON objects. Keys and key addresses inside the header are
 * never looked at.
 */
export function readOidcToken(compact: string, algorithms: readonly IdTokenAlgorithm[]): UnverifiedToken {
  const parts = compact.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]*$/.test(part))) throw malformed('not-a-compact-jws');
  const [header, claims] = [parsePart(parts[0]), parsePart(parts[1])];
  if (!header || !claims) throw malformed('not-json');
  const alg = own(header, 'alg');
  const algorithm = algorithms.find((accepted) => accepted === alg || (accepted === 'EdDSA' && alg === 'Ed25519'));
  if (algorithm === undefined) throw refusal('upstream.algorithm-refused', { alg: shortText(alg) });
  const typ = own(header, 'typ');
  if (typ !== undefined && !(typeof typ === 'string' && typ.toUpperCase() === 'JWT')) throw malformed('typ');
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) throw malformed('critical-header');
  const kid = own(header, 'kid');
  if (kid !== undefined && !(typeof kid === 'string' && /^[\x21-\x7e]{1,256}$/.test(kid))) throw malformed('kid');
  if (!parts[2]) throw refusal('upstream.signature-invalid', { problem: 'absent' });
  return { compact, algorithm, kid, claims };
}

function parsePart(part: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(part ?? '', 'base64url')));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function shortText(value: unknown): string {
  return typeof value === 'string' && /^[\w.+-]{1,32}$/.test(value) ? value : 'unrecognised';
}

function malformed(problem: string): Refusal {
  return refusal('upstream.id-token-malformed', { problem });
}

function refusal(code: UpstreamRefusalCode, details: Record<string, string>): Refusal {
  return new Refusal('upstream.id-token', code, details);
}

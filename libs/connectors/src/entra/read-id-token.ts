import { Refusal } from '../check-list.js';
import { isObject, own, type JsonObject } from '../json.js';
import type { UpstreamRefusalCode } from '../upstream.errors.js';

/** An ID token taken apart and not yet believed. */
export type UnverifiedIdToken = { compact: string; kid: string; claims: JsonObject };

/** Keeps a byte order mark, which JSON.parse then refuses, as the library's own parsing would: with a throw. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Takes a compact JWS apart. Strict in form, because two parsers read it after us and must read the same: exactly
 * three base64url parts, UTF-8 without a byte order mark, JSON objects; header RS256, JWT, a plain key id. Keys and key
 * addresses inside the header are never looked at.
 */
export function readIdToken(compact: string): UnverifiedIdToken {
  const parts = compact.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]*$/.test(part))) throw malformed('not-a-compact-jws');
  const [header, claims] = [parsePart(parts[0]), parsePart(parts[1])];
  if (!header || !claims) throw malformed('not-json');
  const alg = own(header, 'alg');
  if (alg !== 'RS256') throw refusal('upstream.algorithm-refused', { alg: shortText(alg) });
  if (own(header, 'typ') !== 'JWT') throw malformed('typ');
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) throw malformed('critical-header');
  const kid = own(header, 'kid');
  if (typeof kid !== 'string' || !/^[\x21-\x7e]{1,256}$/.test(kid)) throw malformed('kid');
  if (!parts[2]) throw refusal('upstream.signature-invalid', { problem: 'absent' });
  return { compact, kid, claims };
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

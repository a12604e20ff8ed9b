import { createPublicKey, verify } from 'node:crypto';
import { Refusal } from '../../check-list.js';
import { decodeBase64 } from './decode-message.js';

/** Signature algorithms of the redirect binding that are accepted: RSA with SHA-256 or SHA-512. */
const hashes: Record<string, string> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
};
const names = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'] as const;
type Name = (typeof names)[number];
const deflated = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';

export type RedirectMessage = {
  /** Base64 of the deflated message. */
  message: string;
  relayState: string | undefined;
  /** What is signed, octet by octet as it arrived. */
  signedOctets: string;
  algorithm: string | undefined;
  signature: string | undefined;
};

/**
 * Takes a message out of a query (saml-bindings §3.4.4) without writing a letter of it anew: senders encode differently,
 * and the signature is over what they wrote.
 * @throws Refusal `upstream.callback-malformed`
 */
export function readRedirect(rawQuery: string, wanted: 'SAMLRequest' | 'SAMLResponse'): RedirectMessage {
  const raw = rawParameters(rawQuery);
  const other = wanted === 'SAMLRequest' ? 'SAMLResponse' : 'SAMLRequest';
  const message = raw.get(wanted);
  if (message === undefined || raw.has(other)) throw malformed('message');
  const encoding = decoded(raw.get('SAMLEncoding'));
  if (encoding !== undefined && encoding !== deflated) throw malformed('encoding');
  const signed = ([wanted, 'RelayState', 'SigAlg'] as const).flatMap((name) => {
    const value = raw.get(name);
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return {
    message: decoded(message) ?? '',
    relayState: decoded(raw.get('RelayState')),
    signedOctets: signed.join('&'),
    algorithm: decoded(raw.get('SigAlg')),
    signature: decoded(raw.get('Signature')),
  };
}

/** Parameters of other names are not ours to judge; ours stand there once. */
function rawParameters(rawQuery: string): Map<Name, string> {
  const found = new Map<Name, string>();
  if (rawQuery.length > 400_000) throw malformed('too-long');
  for (const pair of rawQuery.replace(/^\?/, '').split('&')) {
    const [rawName = '', ...rest] = pair.split('=');
    const name = names.find((known) => known === decoded(rawName));
    if (name === undefined) continue;
    // An encoded name would be signed differently from how it is read.
    if (found.has(name) || rawName !== name) throw malformed('parameter-repeated');
    found.set(name, rest.join('='));
  }
  return found;
}

function decoded(raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  try {
    return decodeURIComponent(raw.replaceAll('+', ' '));
  } catch {
    throw malformed('encoding');
  }
}

const malformed = (problem: string) => new Refusal('upstream.callback', 'upstream.callback-malformed', { problem });
const refusal = (code: 'upstream.signature-missing' | 'upstream.algorithm-refused' | 'upstream.signature-invalid') =>
  new Refusal('upstream.signature', code);

/**
 * Whether one of the certificates made the signature of a redirected message.
 * @throws Refusal `upstream.signature-missing`, `upstream.algorithm-refused`, `upstream.signature-invalid`
 */
export function verifyRedirect(message: RedirectMessage, certificates: readonly string[]): boolean {
  const { signature, algorithm, signedOctets } = message;
  if (signature === undefined || algorithm === undefined) throw refusal('upstream.signature-missing');
  const hash = Object.hasOwn(hashes, algorithm) ? hashes[algorithm] : undefined;
  if (hash === undefined) throw refusal('upstream.algorithm-refused');
  const bytes = decodeBase64(signature);
  if (bytes === undefined) throw refusal('upstream.signature-invalid');
  return certificates.some((pem) => verify(hash, Buffer.from(signedOctets), createPublicKey(pem), bytes));
}

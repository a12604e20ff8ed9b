import { createHmac, createPublicKey } from 'node:crypto';
import { CompactSign } from 'jose';
import type { SigningKey } from './signing-keys.js';

/** A token before it is signed; faults change it here. */
export type Draft = {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** Sent instead of the claims: JSON text that no object could be turned into. */
  payload?: (claims: Record<string, unknown>) => string;
  signer: 'published' | 'stranger' | 'nobody' | 'public-key-as-secret';
  /** Done to the finished token. */
  spoil?: (token: string) => string;
};

export async function signDraft(draft: Draft, key: SigningKey, stranger: SigningKey): Promise<string> {
  const payload = draft.payload ? draft.payload(draft.claims) : JSON.stringify(draft.claims);
  const token = await sign(draft, payload, key, stranger);
  return draft.spoil ? draft.spoil(token) : token;
}

async function sign(draft: Draft, payload: string, key: SigningKey, stranger: SigningKey): Promise<string> {
  const start = `${encode(JSON.stringify(draft.header))}.${encode(payload)}`;
  if (draft.signer === 'nobody') return `${start}.`;
  if (draft.signer === 'public-key-as-secret') {
    return `${start}.${createHmac('sha256', publicPem(key)).update(start).digest('base64url')}`;
  }
  const { privateKey } = draft.signer === 'stranger' ? stranger : key;
  const header = { ...draft.header, alg: 'RS256' };
  return new CompactSign(Buffer.from(payload)).setProtectedHeader(header).sign(privateKey);
}

function publicPem({ n, e }: SigningKey): string {
  return createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

import { createHash } from 'node:crypto';
import { Refusal } from '../check-list.js';
import { CodeTransaction, type BeginRequest } from '../upstream-protocol.js';
import type { SocialConnection } from './social-connection.js';

/** State, nonce and PKCE verifier of a new sign-in, and the challenge that goes with the browser. */
export function newTransaction(
  { connectionId, strategy }: SocialConnection,
  { random, redirectUri }: BeginRequest,
): { transaction: CodeTransaction; challenge: string } {
  const text = () => Buffer.from(random(32)).toString('base64url');
  const codeVerifier = text();
  const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
  return {
    challenge,
    transaction: { strategy, connectionId, state: text(), nonce: text(), codeVerifier, redirectUri },
  };
}

/** It comes from the caller's store: a damaged one, or one of another kind of provider, must end as a refusal too. */
export function checkTransaction(transaction: unknown, strategy: SocialConnection['strategy']): CodeTransaction {
  const parsed = CodeTransaction.safeParse(transaction);
  if (!parsed.success || parsed.data.strategy !== strategy) {
    throw new Refusal('upstream.state', 'upstream.state-mismatch', { problem: 'transaction' });
  }
  return parsed.data;
}

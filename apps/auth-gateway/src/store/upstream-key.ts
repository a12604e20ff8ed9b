import { createHash } from 'node:crypto';
import type { SignInFacts } from '../domain/sign-in-facts.js';

/** By what a provider's word finds sessions: the connection they came through, and the name the provider gave. */
export const upstreamKey = (connectionId: string, nameId: string): string =>
  createHash('sha256').update(`${connectionId}\n${nameId}`).digest('base64url');

export function upstreamKeyOf(facts: SignInFacts | null): string | null {
  const { connectionId = null, upstreamSession } = facts ?? {};
  return connectionId === null || upstreamSession === undefined
    ? null
    : upstreamKey(connectionId, upstreamSession.nameId);
}

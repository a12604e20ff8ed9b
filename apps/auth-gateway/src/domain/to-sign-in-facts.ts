import type { ConnectionSettings, SignInResponse } from '@homerealm/contracts';
import type { AttemptId, UpstreamAccount } from '@homerealm/domain';
import type { SignInFacts } from './sign-in-facts.js';

export type SignedIn = Extract<SignInResponse, { outcome: 'signed-in' }>;

/** What tokens are made from. The directory's word about the person wins over the upstream's. */
export function toSignInFacts(
  attemptId: AttemptId,
  signedInAt: Date,
  connection: ConnectionSettings,
  account: UpstreamAccount,
  answer: SignedIn,
): SignInFacts {
  return {
    attemptId,
    userId: answer.userId,
    connectionId: connection.connectionId,
    connectionName: connection.name,
    strategy: connection.strategy,
    organizationId: answer.organizationId,
    signedInAt: signedInAt.toISOString(),
    profile: { ...answer.user.profile, ...emailOf(answer, account) },
    upstream: account.claims,
    groups: account.groups,
  };
}

/**
 * The user's primary email, proven once; else the one this sign-in brought, vouched for only when the directory found it
 * proven: whoever else's address a stranger's provider claims stays unverified in the token.
 */
function emailOf(
  { user, emailProven }: SignedIn,
  account: UpstreamAccount,
): { email?: string; emailVerified?: boolean } {
  const own = user.identities.find(({ type, primary, verified }) => type === 'email' && primary && verified);
  if (own?.value) return { email: own.value, emailVerified: true };
  const { email } = account.claims;
  return email === undefined ? {} : { email, emailVerified: emailProven };
}

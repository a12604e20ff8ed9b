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
    profile: { ...answer.user.profile, ...emailOf(answer) },
    upstream: account.claims,
    groups: account.groups,
  };
}

/** The user's primary email; without one, the email of the identity that signed in. */
function emailOf({ user, identityId }: SignedIn): { email?: string; emailVerified?: boolean } {
  const identity =
    user.identities.find(({ type, primary }) => type === 'email' && primary) ??
    user.identities.find((candidate) => candidate.identityId === identityId);
  const isEmail =
    identity && (identity.type === 'email' || identity.type === 'enterprise' || identity.type === 'social');
  return isEmail && identity.value !== null ? { email: identity.value, emailVerified: identity.verified } : {};
}

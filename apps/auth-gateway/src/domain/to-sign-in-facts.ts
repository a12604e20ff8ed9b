import type { ConnectionSettings, SignInResponse } from '@homerealm/contracts';
import type { AttemptId, UpstreamAccount } from '@homerealm/domain';
import type { SignInFacts, UpstreamSession } from './sign-in-facts.js';

export type SignedIn = Extract<SignInResponse, { outcome: 'signed-in' }>;

/** Whom a provider proved. `session`: what it must be told at a sign-out, for the session only. */
export type ProvedPerson = { connection: ConnectionSettings; account: UpstreamAccount; session?: UpstreamSession };

/** What tokens are made from. The directory's word about the person wins over the upstream's. */
export function toSignInFacts(
  attemptId: AttemptId,
  signedInAt: Date,
  { connection, account, session }: ProvedPerson,
  answer: SignedIn,
): SignInFacts {
  return {
    attemptId,
    userId: answer.userId,
    connectionId: connection.connectionId,
    connectionName: connection.name,
    strategy: connection.strategy,
    ...(account.key.kind === 'entra' && { tenantId: account.key.tenantId }),
    ...organizationOf(answer),
    signedInAt: signedInAt.toISOString(),
    profile: { ...answer.user.profile, ...emailOf(answer, account) },
    upstream: account.claims,
    groups: account.groups,
    ...(session && { upstreamSession: session }),
  };
}

/** The same where no provider was asked. An email that was proved is verified, whatever else the user has. */
export function toOwnSignInFacts(
  attemptId: AttemptId,
  signedInAt: Date,
  provenEmail: string | null,
  answer: SignedIn,
): SignInFacts {
  const proven = provenEmail === null ? {} : { email: provenEmail, emailVerified: true };
  return {
    ...{ attemptId, userId: answer.userId, ...organizationOf(answer) },
    ...{ connectionId: null, connectionName: null, strategy: null },
    signedInAt: signedInAt.toISOString(),
    profile: { ...answer.user.profile, ...(primaryEmailOf(answer) ?? proven) },
    ...{ upstream: {}, groups: undefined },
  };
}

function organizationOf({ organizationId, organization }: SignedIn) {
  const limit = organization?.sessionSeconds ?? null;
  return { organizationId, ...(limit !== null && { organizationSessionSeconds: limit }) };
}

/**
 * The user's primary email, proven once; else the one this sign-in brought, vouched for only when the directory found it
 * proven: whoever else's address a stranger's provider claims stays unverified in the token.
 */
function emailOf(answer: SignedIn, account: UpstreamAccount): { email?: string; emailVerified?: boolean } {
  const { email } = account.claims;
  return primaryEmailOf(answer) ?? (email === undefined ? {} : { email, emailVerified: answer.emailProven });
}

function primaryEmailOf({ user }: SignedIn): { email: string; emailVerified: true } | undefined {
  const own = user.identities.find(({ type, primary, verified }) => type === 'email' && primary && verified);
  return own?.value ? { email: own.value, emailVerified: true } : undefined;
}

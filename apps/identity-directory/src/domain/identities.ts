import { normalizeEmail, type IdentityId, type UpstreamAccount } from '@homerealm/domain';
import { identityTypeOf, type EmailProof, type SignInConnection } from './is-proven-email.js';
import type { Identity } from './user.js';

/** What one sign-in brings: the connection it came through, the account it proved, the word on its email. */
export type ProvenAccount = { connection: SignInConnection; account: UpstreamAccount; email: EmailProof };

const blank = {
  emailProven: false,
  connectionId: null,
  account: null,
  pairwiseSubject: null,
  expectedObjectId: null,
  asOf: null,
};

/** An email identity, as typed. */
export function emailIdentity(identityId: IdentityId, value: string, verified: boolean, primary: boolean): Identity {
  const canon = normalizeEmail(value) ?? null;
  return { ...blank, identityId, type: 'email', value, canon, verified, primary };
}

/** An enterprise identity that waits for the first sign-in of its owner. */
export function pendingIdentity(
  identityId: IdentityId,
  pending: { connectionId: NonNullable<Identity['connectionId']>; email: string; objectId?: string },
): Identity {
  return {
    ...blank,
    identityId,
    type: 'enterprise',
    value: pending.email,
    canon: normalizeEmail(pending.email) ?? null,
    verified: false,
    primary: true,
    connectionId: pending.connectionId,
    expectedObjectId: pending.objectId?.toLowerCase() ?? null,
  };
}

/** The identity that a proven account makes: social or enterprise, by the connection's strategy. */
export function accountIdentity(identityId: IdentityId, proven: ProvenAccount, primary: boolean): Identity {
  return {
    ...blank,
    identityId,
    type: identityTypeOf(proven.connection.strategy),
    verified: true,
    primary,
    connectionId: proven.connection.connectionId,
    account: proven.account.key,
    ...known(proven),
  };
}

/**
 * The same identity with what the provider says now, or itself when that is nothing new. One Entra person may come
 * through several connections; only the one that made the identity speaks for it.
 */
export function refreshIdentity(identity: Identity, proven: ProvenAccount): Identity {
  if (identity.connectionId !== proven.connection.connectionId) return identity;
  if (identity.asOf !== null && Date.parse(proven.account.asOf) < Date.parse(identity.asOf)) return identity;
  const now = known(proven);
  const same =
    identity.value === now.value &&
    identity.emailProven === now.emailProven &&
    (now.pairwiseSubject === null || identity.pairwiseSubject === now.pairwiseSubject);
  if (same) return identity;
  return { ...identity, ...now, pairwiseSubject: now.pairwiseSubject ?? identity.pairwiseSubject };
}

function known({ account, email }: ProvenAccount) {
  return {
    value: account.claims.email ?? null,
    canon: email.canon,
    emailProven: email.proven,
    pairwiseSubject: account.pairwiseSubject ?? null,
    asOf: account.asOf,
  };
}

import {
  normalizeEmail,
  normalizePhone,
  normalizeUsername,
  type IdentityId,
  type UpstreamAccount,
} from '@homerealm/domain';
import { identityTypeOf, type EmailProof, type SignInConnection } from './is-proven-email.js';
import type { Identity, ProviderWord } from './user.js';

/** What one sign-in brings: the connection it came through, the account it proved, the word on its email. */
export type ProvenAccount = { connection: SignInConnection; account: UpstreamAccount; email: EmailProof };

const blank = {
  emailProven: false,
  connectionId: null,
  account: null,
  pairwiseSubject: null,
  expectedObjectId: null,
  asOf: null,
  providerWord: null,
};

/** An email identity, as typed. */
export function emailIdentity(identityId: IdentityId, value: string, verified: boolean, primary: boolean): Identity {
  const canon = normalizeEmail(value) ?? null;
  return { ...blank, identityId, type: 'email', value, canon, verified, primary };
}

/** A phone identity: the number is E.164. */
export function phoneIdentity(identityId: IdentityId, phone: string, verified: boolean, primary: boolean): Identity {
  const canon = normalizePhone(phone) ?? null;
  return { ...blank, identityId, type: 'phone', value: canon, canon, verified, primary };
}

/** A username, spelled as its owner likes it. There is nothing to prove about a name. */
export function usernameIdentity(identityId: IdentityId, username: string, primary: boolean): Identity {
  const canon = normalizeUsername(username) ?? null;
  return { ...blank, identityId, type: 'username', value: username, canon, verified: true, primary };
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

/** The identity that a proven account makes: social or enterprise, as the connection is. */
export function accountIdentity(identityId: IdentityId, proven: ProvenAccount, primary: boolean): Identity {
  return {
    ...blank,
    identityId,
    type: identityTypeOf(proven.connection),
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
    sameWord(identity.providerWord, now.providerWord) &&
    (now.pairwiseSubject === null || identity.pairwiseSubject === now.pairwiseSubject);
  if (same) return identity;
  return { ...identity, ...now, pairwiseSubject: now.pairwiseSubject ?? identity.pairwiseSubject };
}

/** The email is the one the provider reported; one proved to us makes an identity of its own. */
function known({ account, email }: ProvenAccount) {
  const value = account.claims.email ?? null;
  return {
    value,
    canon: (value === null ? undefined : normalizeEmail(value)) ?? null,
    emailProven: email.proven && email.reason !== 'proved-here',
    pairwiseSubject: account.pairwiseSubject ?? null,
    asOf: account.asOf,
    providerWord: wordOn(account),
  };
}

function wordOn({ claims, guest }: UpstreamAccount): ProviderWord | null {
  const word: ProviderWord = {
    ...(claims.emailVerified !== undefined && { emailVerified: claims.emailVerified }),
    ...(claims.emailDomainOwnerVerified !== undefined && { domainOwnerVerified: claims.emailDomainOwnerVerified }),
    ...(guest === true && { guest }),
  };
  return Object.keys(word).length > 0 ? word : null;
}

const sameWord = (one: ProviderWord | null, other: ProviderWord | null): boolean =>
  one?.emailVerified === other?.emailVerified &&
  one?.domainOwnerVerified === other?.domainOwnerVerified &&
  one?.guest === other?.guest;

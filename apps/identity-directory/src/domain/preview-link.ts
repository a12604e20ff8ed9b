import type { LinkPreviewItem } from '@homerealm/contracts';
import type { UpstreamAccount } from '@homerealm/domain';
import { decideSignIn } from './decide-sign-in.js';
import type { Known } from './decision.js';
import type { Fresh } from './fresh.js';
import { isProvenEmail, type SignInConnection } from './is-proven-email.js';
import type { Identity, User } from './user.js';

/** The account of an identity, as it would sign in again with what its provider last said. */
export function accountOf(identity: Identity, now: string): UpstreamAccount | null {
  if (!identity.account) return null;
  const { emailVerified, domainOwnerVerified, guest } = identity.providerWord ?? {};
  return {
    key: identity.account,
    asOf: identity.asOf ?? now,
    ...(guest !== undefined && { guest }),
    claims: {
      ...(identity.value !== null && { email: identity.value }),
      ...(emailVerified !== undefined && { emailVerified }),
      ...(domainOwnerVerified !== undefined && { emailDomainOwnerVerified: domainOwnerVerified }),
    },
  };
}

/**
 * Whom an account of this connection would be under these settings, if it had no user yet: the decision itself says
 * so, asked without that user.
 */
export function previewLink(
  { user, identity, account }: { user: User; identity: Identity; account: UpstreamAccount },
  connection: SignInConnection,
  known: Known,
  fresh: Fresh,
): LinkPreviewItem {
  const users = known.users.filter(({ userId }) => userId !== user.userId);
  const alone: SignInConnection = { ...connection, organizationId: null, createUsers: true };
  const decision = decideSignIn({ connection: alone, account, organizationId: null }, { ...known, users }, fresh);
  const email = isProvenEmail(connection, account);
  const item = { userId: user.userId, identityId: identity.identityId, email: identity.value, proof: email.reason };

  if (decision.outcome === 'refused') {
    const rule = decision.code === 'user.suspended' ? 'suspended' : 'other-enterprise-identity';
    return { ...item, outcome: 'refused', linksTo: decision.userId, replaces: [], rule };
  }
  const { link, after, difference } = decision;
  if (!link) {
    const rule = email.proven ? 'no-such-user' : 'not-proven';
    return { ...item, outcome: 'separate', linksTo: null, replaces: [], rule };
  }
  const replaces = difference.identitiesRemoved.slice(0, link.replaced.length);
  return { ...item, outcome: 'linked', linksTo: after.userId, replaces, rule: link.rule };
}

import type { SignInDifference } from '@homerealm/contracts';
import type { OrganizationId } from '@homerealm/domain';
import { currentValues, profileAttributes } from './profile.js';
import type { Outcome } from './sign-in-outcomes.js';
import { inOrder, type Identity } from './user.js';

/** What a sign-in changes, or would: kinds and names, never values. What others lose by it counts too. */
export function differenceOf(outcome: Outcome, joinedOrganization: OrganizationId | null): SignInDifference {
  const { before, after, beside = [] } = outcome;
  const stood = inOrder(before?.identities ?? []);
  const stands = inOrder(after.identities);
  const values = [currentValues(before?.profile ?? {}), currentValues(after.profile)] as const;
  const lostByOthers = beside.flatMap((one) => missing(one.before?.identities ?? [], one.after.identities));
  return {
    userCreated: before === null,
    identitiesAdded: missing(stands, stood).map(typeOf),
    identitiesRemoved: [...missing(stood, stands), ...lostByOthers].map(typeOf),
    identitiesVerified: stands.filter((one) => one.verified && wasUnverified(one, stood)).map(typeOf),
    profileChanged: profileAttributes.filter((name) => values[0][name] !== values[1][name]),
    joinedOrganization,
  };
}

const typeOf = ({ type }: Identity) => type;

const missing = (all: Identity[], among: Identity[]): Identity[] =>
  all.filter(({ identityId }) => !among.some((one) => one.identityId === identityId));

const wasUnverified = ({ identityId }: Identity, stood: Identity[]): boolean =>
  stood.some((one) => one.identityId === identityId && !one.verified);

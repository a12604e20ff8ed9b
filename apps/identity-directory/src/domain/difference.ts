import { IdentityType, type SignInDifference } from '@homerealm/contracts';
import type { OrganizationId } from '@homerealm/domain';
import { currentValues, profileAttributes } from './profile.js';
import type { Outcome } from './sign-in-outcomes.js';
import type { Identity } from './user.js';

/** What a sign-in changes, or would: kinds and names, never values. What others lose by it counts too. */
export function differenceOf(outcome: Outcome, joinedOrganization: OrganizationId | null): SignInDifference {
  const { before, after, beside = [] } = outcome;
  const stood = before?.identities ?? [];
  const stands = after.identities;
  const values = [currentValues(before?.profile ?? {}), currentValues(after.profile)] as const;
  const lostByOthers = beside.flatMap((one) => missing(one.before?.identities ?? [], one.after.identities));
  return {
    userCreated: before === null,
    identitiesAdded: typesOf(missing(stands, stood)),
    identitiesRemoved: typesOf([...missing(stood, stands), ...lostByOthers]),
    identitiesVerified: typesOf(stands.filter((one) => one.verified && wasUnverified(one, stood))),
    profileChanged: profileAttributes.filter((name) => values[0][name] !== values[1][name]),
    joinedOrganization,
  };
}

/** In one order, whatever ids the identities have: a prediction and what then happens read the same. */
const typesOf = (identities: Identity[]): IdentityType[] =>
  identities
    .map(({ type }) => type)
    .sort((one, other) => IdentityType.options.indexOf(one) - IdentityType.options.indexOf(other));

const missing = (all: Identity[], among: Identity[]): Identity[] =>
  all.filter(({ identityId }) => !among.some((one) => one.identityId === identityId));

const wasUnverified = ({ identityId }: Identity, stood: Identity[]): boolean =>
  stood.some((one) => one.identityId === identityId && !one.verified);

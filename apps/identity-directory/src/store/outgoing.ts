import {
  organizationTopic,
  userStateTopic,
  userTopic,
  type OrganizationEvent,
  type UserEvent,
} from '@homerealm/contracts';
import type { UserId } from '@homerealm/domain';
import { event, tombstone, type OutgoingEvent } from '@homerealm/events';
import type { Happened } from '../domain/happened.js';
import { toUserState, type User } from '../domain/user.js';

type OnUserTopic = Extract<Happened, { type: UserEvent['type'] }>;
type OnOrganizationTopic = Extract<Happened, { type: OrganizationEvent['type'] }>;

const isAboutUser = (happened: Happened): happened is OnUserTopic => happened.type in userTopic.events;

/** What happened as events of its topics; the users' states, or their tombstones, come last. */
export function toOutgoing(
  happened: readonly Happened[],
  ...states: readonly { userId: UserId; after: User | null }[]
): OutgoingEvent[] {
  const events = happened.map((one) =>
    isAboutUser(one)
      ? event(userTopic, one.type, one.data.userId, one.data)
      : event(organizationTopic, (one as OnOrganizationTopic).type, one.data.organizationId, one.data),
  );
  const now = states.map(({ userId, after }) =>
    after ? event(userStateTopic, 'UserState', userId, toUserState(after)) : tombstone(userStateTopic, userId),
  );
  return [...events, ...now];
}

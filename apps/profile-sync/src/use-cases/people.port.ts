import type { ConnectionId, UserId } from '@homerealm/domain';
import type { OwedRefresh, Person } from '../domain/person.js';
import type { Happened } from '../domain/receive-claims.js';

export type Decided = { person: Person; happened: Happened[] };

/** What we remember of users. */
export abstract class People {
  /**
   * One transaction that holds the user's row locked: decides on what is known, saves the person and what happened.
   * The decision may run twice.
   */
  abstract change(userId: UserId, decide: (person: Person) => Decided): Promise<void>;
  abstract find(userId: UserId): Promise<Person | undefined>;
  /** Takes one reading that is due, of no connection in `but`: counts a try and hides it from others until `until`. */
  abstract takeDueRefresh(now: Date, until: Date, but: readonly ConnectionId[]): Promise<DueRefresh | undefined>;
}

export type DueRefresh = { userId: UserId; owed: OwedRefresh };

import type { KnownGroups } from '../domain/groups-for-token.js';

/** The gateway's copy of the users' groups, fed by profile-sync. Runs inside the consumer's transaction. */
export abstract class UserGroups {
  /** Keeps what is newer than what is there. */
  abstract keep(userId: string, groups: KnownGroups): Promise<void>;
  abstract forget(userId: string): Promise<void>;
}

import type { Standing } from '../domain/groups-for-token.js';

/** How far the gateway's copies of what others tell about a user may be relied on. */
export abstract class Reliance {
  /** `user`: suspension, deletion, identities removed. `groups`: what profile-sync tells. */
  abstract of(userId: string): Promise<{ user: Standing; groups: Standing }>;
}

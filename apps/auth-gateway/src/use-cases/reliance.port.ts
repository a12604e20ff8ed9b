import type { Standing } from '../domain/groups-for-token.js';

/** What tokens of a sign-in rest on. */
export type RestsOn = { userId: string; organizationId: string | null; connectionId: string | null };

/** How far the gateway's copies of what others tell about a user may be relied on. */
export abstract class Reliance {
  /**
   * `user`: suspension, deletion, identities removed. `groups`: what profile-sync tells. `organization`: its suspension
   * and its members; `connection`: its state; both fresh where a sign-in rests on none.
   */
  abstract of(restsOn: RestsOn): Promise<Record<'user' | 'groups' | 'organization' | 'connection', Standing>>;
}

import type { GroupSet, UpstreamAccountKey } from '@homerealm/domain';

/** Who is asked about at Microsoft Graph when a sign-in could not read the groups. */
export type RefreshTarget = { tenantId: string; objectId: string };

/** A sign-in that left the groups unknown is completed in the background; only Entra accounts can be asked about. */
export function refreshTarget(key: UpstreamAccountKey, groups: GroupSet): RefreshTarget | undefined {
  if (groups.completeness === 'complete' || key.kind !== 'entra') return undefined;
  return { tenantId: key.tenantId, objectId: key.objectId };
}

const firstDelay = 2_000;
const longestDelay = 3_600_000;
export const mostTries = 24;

/** When to try again, in milliseconds from now: 2 s, doubled each time, an hour at the most; undefined gives up. */
export function nextTryIn(tries: number): number | undefined {
  return tries >= mostTries ? undefined : Math.min(firstDelay * 2 ** Math.max(0, tries - 1), longestDelay);
}

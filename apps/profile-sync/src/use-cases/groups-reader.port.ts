import type { SealedCredential } from '@homerealm/contracts';
import type { GroupSet } from '@homerealm/domain';
import type { RefreshTarget } from '../domain/plan-refresh.js';
import type { GraphApplication } from './graph-application.js';

/** Reads somebody's groups with the connection's own application permission. */
export abstract class GroupsReader {
  /** Complete, or unknown with a reason; never partial, never throws for what the upstream does. */
  abstract read(
    application: GraphApplication,
    credentials: SealedCredential[],
    target: RefreshTarget,
    signal: AbortSignal,
  ): Promise<GroupSet>;
}

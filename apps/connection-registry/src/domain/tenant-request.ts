import { type EntraConnectionSettings, isEntraConnection } from '@homerealm/contracts';
import type { ConnectionId } from '@homerealm/domain';
import { about, type Connection, type ConnectionHappening, type Decision } from './connection.js';
import { decideChange } from './decide-change.js';
import { tenantRequestErrors } from './tenant-request.errors.js';

/** Whoever owns a tenant can make it ask, so what asks is bounded for each connection. */
export const maxWaiting = 1000;
const maxAllowed = 1000;

/** A tenant that is not on a connection's list, and whose people tried all the same. */
export type TenantRequest = {
  connectionId: ConnectionId;
  tenantId: string;
  firstSeenAt: Date;
  lastSeenAt: Date;
  tries: number;
  decision: 'waiting' | 'approved' | 'denied';
  decidedAt: Date | null;
  decidedBy: string | null;
};

export type Refusal = { tenantId: string; at: Date };
type Noted = { request: TenantRequest; happened: ConnectionHappening | undefined };

/**
 * What a refused sign-in of a tenant leads to: a request when it is the first one (or the first after the tenant was
 * taken off the list), else a longer count. `overflow` when too many wait already; undefined when there is nothing to
 * decide.
 */
export function noteRefusal(
  connection: Connection,
  { tenantId, at }: Refusal,
  known: TenantRequest | undefined,
  waiting: number,
): Noted | 'overflow' | undefined {
  const { settings } = connection;
  if (!usesCommonEndpoint(settings) || settings.allowedTenants.includes(tenantId)) return undefined;
  if (known && known.decision !== 'approved') return { request: seenAgain(known, at), happened: undefined };
  if (known === undefined && waiting >= maxWaiting) return 'overflow';
  const { connectionId } = settings;
  const fresh = { connectionId, tenantId, firstSeenAt: at, lastSeenAt: at, tries: 1 };
  const request = { ...(known ? seenAgain(known, at) : fresh), decision: 'waiting', ...undecided } as const;
  return { request, happened: { type: 'TenantRequested', data: { ...about(connection), tenantId } } };
}

const undecided = { decidedAt: null, decidedBy: null };
const usesCommonEndpoint = (settings: Connection['settings']): settings is EntraConnectionSettings =>
  isEntraConnection(settings) && settings.useCommonEndpoint;

const seenAgain = (known: TenantRequest, at: Date): TenantRequest => ({
  ...known,
  tries: known.tries + 1,
  lastSeenAt: at > known.lastSeenAt ? at : known.lastSeenAt,
});

export type TenantDecision = {
  request: TenantRequest;
  /** The connection with a longer list; undefined where the list stays as it is. */
  change: Decision | undefined;
  happened: ConnectionHappening | undefined;
};

/** Lets the tenant in: it comes on the list of the connection, as if an admin had typed it. */
export function decideApprove(connection: Connection, request: TenantRequest, by: string, now: Date): TenantDecision {
  const { settings } = connection;
  if (!usesCommonEndpoint(settings)) throw tenantRequestErrors('tenant-request.no-common-endpoint');
  const listed = settings.allowedTenants.includes(request.tenantId);
  if (listed && request.decision === 'approved') return { request, change: undefined, happened: undefined };
  if (!listed && settings.allowedTenants.length >= maxAllowed) throw tenantRequestErrors('tenant-request.list-full');
  const fields = listed ? {} : { allowedTenants: [...settings.allowedTenants, request.tenantId] };
  const input = { fields, pin: undefined, secret: undefined, secretExpiresAt: undefined };
  const change = decideChange(connection, input, now);
  return { ...decided(change?.connection ?? connection, request, 'approved', by, now), change };
}

/** Remembers that the tenant stays out: it does not ask again. */
export function decideDeny(connection: Connection, request: TenantRequest, by: string, now: Date): TenantDecision {
  const { settings } = connection;
  if (usesCommonEndpoint(settings) && settings.allowedTenants.includes(request.tenantId)) {
    throw tenantRequestErrors('tenant-request.on-the-list');
  }
  if (request.decision === 'denied') return { request, change: undefined, happened: undefined };
  return { ...decided(connection, request, 'denied', by, now), change: undefined };
}

function decided(
  connection: Connection,
  request: TenantRequest,
  decision: 'approved' | 'denied',
  by: string,
  now: Date,
): Omit<TenantDecision, 'change'> {
  const { tenantId } = request;
  const data = { ...about(connection), tenantId, approved: decision === 'approved' };
  return {
    request: { ...request, decision, decidedAt: now, decidedBy: by },
    happened: { type: 'TenantDecided', data },
  };
}

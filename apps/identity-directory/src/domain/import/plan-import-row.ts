import { DomainError, type UserId } from '@homerealm/domain';
import { createUser } from '../change-user.js';
import type { Happened } from '../happened.js';
import type { Identity } from '../user.js';
import { userErrors } from '../user.errors.js';
import { importColumns, type ImportColumn, type RowProblem, type WantedUser } from './import-row.js';
import { keys, type KnownUser, type KnownUsers } from './known-users.js';
import { mergeRow } from './merge-row.js';

/** What a row makes of the directory. */
export type RowPlan =
  | { result: 'created' | 'updated' | 'unchanged'; after: KnownUser; happened: Happened[] }
  | { result: 'rejected'; problem: RowProblem };

export type FreshForRow = { userId: UserId; now: string };

/**
 * One row against the users it concerns. Somebody who is there already is found by `provided_id`, else by what they
 * sign in with: what is missing is added, and what differs rejects the row, so that an import never overwrites.
 */
export function planImportRow(wanted: WantedUser, known: KnownUsers, fresh: FreshForRow): RowPlan {
  try {
    const match = findMatch(wanted, known);
    for (const identity of wanted.identities) refuseTaken(identity, wanted, known, match);
    if (!match) return { result: 'created', ...create(wanted, fresh) };
    const { after, happened } = mergeRow(wanted, match, fresh.now);
    const same = after.user === match.user && after.providedId === match.providedId;
    return { result: same ? 'unchanged' : 'updated', after, happened };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { result: 'rejected', problem: { code: error.code, field: columnFor(error), says: error.says } };
  }
}

/** Rules of users know fields of the API; only those that are columns too can be named. */
function columnFor({ code, field }: DomainError): ImportColumn | null {
  if (code === 'identity.username-needs-email') return 'username';
  return importColumns.find((column) => column === field) ?? null;
}

function create(wanted: WantedUser, { userId, now }: FreshForRow): { after: KnownUser; happened: Happened[] } {
  const { after, happened } = createUser({
    userId,
    profile: { values: wanted.profile, source: 'admin', connectionId: null, asOf: now, policy: 'admin' },
    identities: wanted.identities,
    organizationId: wanted.organizationId,
    by: 'import',
    now,
  });
  return { after: { user: after, providedId: wanted.providedId }, happened };
}

/** Only a proven address speaks for its owner; a claimed one is good enough for a row that claims no more. */
function findMatch({ providedId, identities, tenantId }: WantedUser, known: KnownUsers): KnownUser | undefined {
  const provided = providedId === null ? undefined : known.one(keys.provided(providedId));
  if (provided) return provided;
  const [first] = identities;
  if (!first || first.canon === null) return undefined;
  const { type, canon, verified, connectionId, expectedObjectId } = first;
  if (type === 'enterprise') {
    const named = expectedObjectId === null ? undefined : known.one(keys.object(connectionId, expectedObjectId));
    const account =
      expectedObjectId === null || tenantId === null ? undefined : known.one(keys.account(tenantId, expectedObjectId));
    return named ?? account ?? known.one(keys.enterprise(connectionId, canon));
  }
  if (type === 'phone') return known.one(keys.phone(canon));
  const claimed = verified ? undefined : known.one(keys.claimed(canon));
  return claimed ?? known.one(keys.email(canon)) ?? known.one(keys.proven(canon));
}

/** Nobody gets what somebody else has, or waits for. */
function refuseTaken(identity: Identity, { tenantId }: WantedUser, known: KnownUsers, except?: KnownUser): void {
  const { type, canon, verified, connectionId, expectedObjectId: objectId } = identity;
  if (canon === null) return;
  const isTaken = (...some: string[]) =>
    some.some((key) => known.with(key).some(({ user }) => user.userId !== except?.user.userId));
  if (type === 'email') {
    const claimed = verified ? [] : [keys.claimed(canon)];
    const taken = isTaken(keys.email(canon), keys.proven(canon), keys.waiting(canon), ...claimed);
    if (taken) throw userErrors('identity.email-taken', {}, 'email');
    return;
  }
  if (type !== 'enterprise') {
    if (type === 'phone' && isTaken(keys.phone(canon))) throw userErrors('identity.phone-taken', {}, type);
    if (type === 'username' && isTaken(keys.username(canon))) throw userErrors('identity.username-taken', {}, type);
    return;
  }
  if (isTaken(keys.email(canon))) throw userErrors('identity.email-taken', {}, 'email');
  if (isTaken(keys.enterprise(connectionId, canon))) throw userErrors('identity.pending-taken', {}, 'email');
  if (objectId === null) return;
  const account = tenantId === null ? [] : [keys.account(tenantId, objectId)];
  if (isTaken(keys.object(connectionId, objectId), ...account))
    throw userErrors('identity.pending-taken', {}, 'entra_object_id');
}

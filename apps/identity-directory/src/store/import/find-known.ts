import { upstreamAccountText } from '@homerealm/domain';
import type { Sql } from '@homerealm/events';
import type { WantedUser } from '../../domain/import/import-row.js';
import { keysConcernedBy, keysOf, type KnownUser } from '../../domain/import/known-users.js';
import type { Claim, ImportedUser } from '../../use-cases/import/import-work.port.js';
import { toUser, type UserJson } from '../user.mapper.js';
import { dropDraftKeys, findConcerned, findDrafts, saveDrafts } from './known.statements.js';

type Found = { found: UserJson & { user: { provided_id: string | null } } };

/** Users that rows concern, and in a dry run the drafts of rows before, which stand for the user they began with. */
export async function findKnown(sql: Sql, claim: Claim, wanted: readonly WantedUser[]): Promise<KnownUser[]> {
  const rows = await sql.query<Found>(findConcerned, valuesOf(wanted));
  const known = rows.map(({ found }): KnownUser => ({ user: toUser(found), providedId: found.user.provided_id }));
  if (!claim.dryRun) return known;
  const drafts = await sql.query<{ known: KnownUser }>(findDrafts, [
    claim.importId,
    [...new Set(wanted.flatMap(keysConcernedBy))],
    known.map(({ user }) => user.userId),
  ]);
  const byId = new Map(known.map((one) => [one.user.userId, one]));
  for (const { known: draft } of drafts) byId.set(draft.user.userId, draft);
  return [...byId.values()];
}

function valuesOf(wanted: readonly WantedUser[]): unknown[][] {
  const identities = wanted.flatMap(({ identities: some, tenantId }) => some.map((one) => ({ ...one, tenantId })));
  const named = identities.filter(({ expectedObjectId }) => expectedObjectId !== null);
  const accounts = named.flatMap(({ tenantId, expectedObjectId }) =>
    tenantId === null || expectedObjectId === null
      ? []
      : upstreamAccountText({ kind: 'entra', tenantId, objectId: expectedObjectId }),
  );
  return [
    wanted.flatMap(({ providedId }) => providedId ?? []),
    [...new Set(identities.flatMap(({ canon }) => canon ?? []))],
    [...new Set(identities.flatMap(({ connectionId }) => connectionId ?? []))],
    named.map(({ connectionId }) => connectionId),
    named.map(({ expectedObjectId }) => expectedObjectId),
    accounts,
  ];
}

/** Keeps what a dry run would have stored, for the rows that follow. */
export async function keepDrafts(sql: Sql, importId: string, users: readonly ImportedUser[]): Promise<void> {
  if (users.length === 0) return;
  const changed = users.filter(({ before }) => before !== null).map(({ after }) => after.user.userId);
  if (changed.length > 0) await sql.query(dropDraftKeys, [importId, changed]);
  const drafts = users.map(({ after }) => ({ userId: after.user.userId, known: after, keys: keysOf(after) }));
  await sql.query(saveDrafts, [importId, JSON.stringify(drafts)]);
}

import { createHash } from 'node:crypto';
import { normalizeEmail, normalizePhone, normalizeUsername, upstreamAccountText } from '@homerealm/domain';
import type { OwnSignIn, SignInRequest, UpstreamSignIn } from '@homerealm/contracts';
import { destinationId } from '../domain/admit-to-organization.js';
import type { User } from '../domain/user.js';
import type { UserChange } from '../use-cases/directory.port.js';
import { toIdentityRow, toUserRow } from './user.mapper.js';

/** The parameters of `loadForSignIn`. An address proved to us counts before the provider's. */
export function concernedByUpstream(request: UpstreamSignIn): unknown[] {
  const { account, connection, organizationId, attemptId, provenEmail } = request;
  const email = provenEmail ?? account.claims.email;
  return [
    upstreamAccountText(account.key),
    connection.connectionId,
    (email === undefined ? undefined : normalizeEmail(email)) ?? null,
    account.key.kind === 'entra' ? account.key.objectId.toLowerCase() : null,
    destinationId(connection, organizationId),
    attemptId,
  ];
}

/** The parameters of `loadForOwnSignIn`. */
export function concernedByOwn({ proof, signUp, organizationId, attemptId }: OwnSignIn): unknown[] {
  const email = proof.by === 'phone' ? undefined : normalizeEmail(proof.email);
  const phone = proof.by === 'phone' ? normalizePhone(proof.phone) : undefined;
  const names = [proof.by === 'username' ? proof.username : null, signUp?.username].map((name) =>
    typeof name === 'string' ? normalizeUsername(name) : undefined,
  );
  const canons = [email, phone, ...names].filter((canon) => canon !== undefined);
  return [canons, organizationId, attemptId];
}

/** The parameters of `insertUser` and `updateUser`: what differs between before and after. */
export function changeValues(
  before: User | null,
  after: User,
  { happened, answered }: Pick<UserChange, 'happened' | 'answered'>,
): unknown[] {
  const stored = new Map(before?.identities.map((one) => [one.identityId, one]));
  const changed = after.identities.filter((one) => stored.get(one.identityId) !== one);
  const stays = new Set(after.identities.map((one) => one.identityId));
  const memberOf = before?.organizations ?? [];
  const joined = happened.find((one) => one.type === 'MemberAdded' && one.data.userId === after.userId);
  return [
    JSON.stringify(toUserRow(after)),
    JSON.stringify(changed.map(toIdentityRow)),
    [...stored.keys()].filter((identityId) => !stays.has(identityId)),
    after.organizations.filter((one) => !memberOf.includes(one)),
    memberOf.filter((one) => !after.organizations.includes(one)),
    joined?.type === 'MemberAdded' ? joined.data.by : 'admin',
    answered?.request.attemptId ?? null,
    answered ? hashOf(answered.request) : null,
    answered ? JSON.stringify(answered.response) : null,
  ];
}

/** Tells whether an attempt asks the same again. The request was parsed, so its fields stand in one order. */
export function hashOf({ dryRun: _, ...request }: SignInRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}

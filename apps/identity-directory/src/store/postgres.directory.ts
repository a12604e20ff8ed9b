import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Database, Outbox, type OutgoingEvent, ParkedEvents } from '@homerealm/events';
import type { UpstreamSignIn, SignInResponse } from '@homerealm/contracts';
import { normalizeEmail, upstreamAccountText, type UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { destinationId } from '../domain/admit-to-organization.js';
import { toUserState, type User } from '../domain/user.js';
import { Directory, DirectoryConflict, type Concerned, type UserChange } from '../use-cases/directory.port.js';
import { toConflict } from './conflicts.js';
import { deleteUser, findUser, insertAnswer, insertUser, loadForSignIn, updateUser } from './directory.statements.js';
import { toOrganization, type OrganizationRow } from './organization.mapper.js';
import { toOutgoing } from './outgoing.js';
import { run } from './prepared.js';
import { toIdentityRow, toUser, toUserRow, type UserJson } from './user.mapper.js';

type LoadedForSignIn = {
  users: UserJson[];
  organization: OrganizationRow | null;
  answered: { hash: string; answer: SignInResponse } | null;
};

/** Users in Postgres: one statement to load, one to save, one for the events. */
@Injectable()
export class PostgresDirectory extends Directory {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async concernedBy(request: UpstreamSignIn): Promise<Concerned> {
    const { account, connection, organizationId, attemptId } = request;
    const [loaded] = await run<LoadedForSignIn>(this.database.manager, loadForSignIn, [
      upstreamAccountText(account.key),
      connection.connectionId,
      (account.claims.email === undefined ? undefined : normalizeEmail(account.claims.email)) ?? null,
      account.key.kind === 'entra' ? account.key.objectId.toLowerCase() : null,
      destinationId(connection, organizationId),
      attemptId,
    ]);
    if (!loaded) throw new Error('the load of a sign-in gave no row');
    const { users, organization, answered } = loaded;
    return {
      users: users.map(toUser),
      organization: organization && toOrganization(organization),
      answered: answered && { sameRequest: answered.hash === hashOf(request), response: answered.answer },
    };
  }

  async find(userId: UserId): Promise<User | null> {
    const [row] = await run<{ found: UserJson }>(this.database.manager, findUser, [userId]);
    return row ? toUser(row.found) : null;
  }

  async save(change: UserChange): Promise<void> {
    const { before, after } = change;
    const events = eventsOf(change);
    await this.database
      .transaction(async (manager) => {
        const saved = after
          ? await run(manager, before ? updateUser : insertUser, valuesOf(change, after))
          : await run(manager, deleteUser, [before?.userId, before?.revision]);
        if (saved.length === 0) throw new DirectoryConflict('revision');
        if (events.length > 0) await this.outbox.append(...events);
        // Our own news of users does not come back to us; what others told about this one may be waiting here.
        if (!after && before) await new ParkedEvents(this.database).eraseSubject(before.userId);
      })
      .catch((error: unknown) => {
        throw toConflict(error);
      });
  }

  async keepAnswer(request: UpstreamSignIn, response: SignInResponse): Promise<void> {
    const values = [request.attemptId, response.userId, hashOf(request), JSON.stringify(response)];
    const kept = await run(this.database.manager, insertAnswer, values);
    if (kept.length === 0) throw new DirectoryConflict('attempt');
  }
}

/** What happened and, unless it stayed the same, the state. */
function eventsOf({ before, after, happened }: UserChange): OutgoingEvent[] {
  const same = before && after && happened.length === 0 && isDeepStrictEqual(toUserState(before), toUserState(after));
  return same ? [] : toOutgoing(happened, { userId: (after ?? before)?.userId, after });
}

/** The parameters of `insertUser` and `updateUser`: what differs between before and after. */
function valuesOf({ before, happened, answered }: UserChange, after: User): unknown[] {
  const stored = new Map(before?.identities.map((one) => [one.identityId, one]));
  const changed = after.identities.filter((one) => stored.get(one.identityId) !== one);
  const stays = new Set(after.identities.map((one) => one.identityId));
  const memberOf = before?.organizations ?? [];
  const joined = happened.find((one) => one.type === 'MemberAdded');
  return [
    JSON.stringify(toUserRow(after)),
    JSON.stringify(changed.map(toIdentityRow)),
    [...stored.keys()].filter((identityId) => !stays.has(identityId)),
    after.organizations.filter((one) => !memberOf.includes(one)),
    memberOf.filter((one) => !after.organizations.includes(one)),
    joined?.data.by ?? 'admin',
    answered?.request.attemptId ?? null,
    answered ? hashOf(answered.request) : null,
    answered ? JSON.stringify(answered.response) : null,
  ];
}

/** Tells whether an attempt asks the same again. The request was parsed, so its fields stand in one order. */
function hashOf({ dryRun: _, ...request }: UpstreamSignIn): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url');
}

import { isDeepStrictEqual } from 'node:util';
import { Database, Outbox, type OutgoingEvent, ParkedEvents } from '@homerealm/events';
import { isUpstreamSignIn, type SignInRequest, type SignInResponse } from '@homerealm/contracts';
import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { toUserState, type User } from '../domain/user.js';
import { Directory, DirectoryConflict, type Concerned, type UserChange } from '../use-cases/directory.port.js';
import { toConflict } from './conflicts.js';
import {
  deleteUser,
  findUser,
  insertAnswer,
  insertLink,
  insertUser,
  loadForOwnSignIn,
  loadForSignIn,
  markUndone,
  updateUser,
} from './directory.statements.js';
import { changeValues, concernedByOwn, concernedByUpstream, hashOf } from './directory.values.js';
import { toLinkRow } from './link.mapper.js';
import { toOrganization, type OrganizationRow } from './organization.mapper.js';
import { toOutgoing } from './outgoing.js';
import { run } from './prepared.js';
import { toUser, type UserJson } from './user.mapper.js';

type LoadedForSignIn = {
  users: UserJson[];
  organization: OrganizationRow | null;
  answered: { hash: string; answer: SignInResponse } | null;
};

/** Users in Postgres: one statement to load, one to save each, one for the events. */
@Injectable()
export class PostgresDirectory extends Directory {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async concernedBy(request: SignInRequest): Promise<Concerned> {
    const { manager } = this.database;
    const [loaded] = isUpstreamSignIn(request)
      ? await run<LoadedForSignIn>(manager, loadForSignIn, concernedByUpstream(request))
      : await run<LoadedForSignIn>(manager, loadForOwnSignIn, concernedByOwn(request));
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
    const { before, after, beside = [] } = change;
    const events = eventsOf(change);
    await this.database
      .transaction(async (manager) => {
        await store(manager, change, change);
        for (const one of beside) await store(manager, one, { happened: change.happened });
        await storeLink(manager, change);
        if (events.length > 0) await this.outbox.append(...events);
        // Our own news of users does not come back to us; what others told about this one may be waiting here.
        if (!after && before) await new ParkedEvents(this.database).eraseSubject(before.userId);
      })
      .catch((error: unknown) => {
        throw toConflict(error);
      });
  }

  async keepAnswer(request: SignInRequest, response: SignInResponse): Promise<void> {
    const values = [request.attemptId, response.userId, hashOf(request), JSON.stringify(response)];
    const kept = await run(this.database.manager, insertAnswer, values);
    if (kept.length === 0) throw new DirectoryConflict('attempt');
  }
}

async function store(
  manager: EntityManager,
  { before, after }: Pick<UserChange, 'before' | 'after'>,
  told: Pick<UserChange, 'happened' | 'answered'>,
): Promise<void> {
  const saved = after
    ? await run(manager, before ? updateUser : insertUser, changeValues(before, after, told))
    : await run(manager, deleteUser, [before?.userId, before?.revision]);
  if (saved.length === 0) throw new DirectoryConflict('revision');
}

async function storeLink(manager: EntityManager, { linked, undone }: UserChange): Promise<void> {
  if (linked) await run(manager, insertLink, [JSON.stringify(toLinkRow(linked))]);
  if (!undone) return;
  const marked = await run(manager, markUndone, [undone.linkId, undone.at, undone.userId]);
  if (marked.length === 0) throw new DirectoryConflict('revision');
}

/** What happened and, unless it stayed the same, the state of every user in it. */
function eventsOf({ before, after, beside = [], happened }: UserChange): OutgoingEvent[] {
  const same = before && after && happened.length === 0 && isDeepStrictEqual(toUserState(before), toUserState(after));
  if (same) return [];
  const states = [{ before, after }, ...beside].flatMap((one) => {
    const userId = (one.after ?? one.before)?.userId;
    return userId === undefined ? [] : [{ userId, after: one.after }];
  });
  return toOutgoing(happened, ...states);
}

import { groupsStateTopic, groupsTopic, profileTopic } from '@homerealm/contracts';
import type { ConnectionId, UserId } from '@homerealm/domain';
import { Database, event, Outbox, type OutgoingEvent, tombstone } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { Person } from '../domain/person.js';
import type { Happened } from '../domain/receive-claims.js';
import { type Decided, type DueRefresh, People } from '../use-cases/people.port.js';
import { PersonEntity } from './person.entity.js';
import { type RefreshColumns, toPerson, toRefresh, toRow } from './person.mapper.js';

@Injectable()
export class PostgresPeople extends People {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  change(userId: UserId, decide: (person: Person) => Decided): Promise<void> {
    return this.database.transaction(async (manager) => {
      const people = manager.getRepository(PersonEntity);
      // The row must exist to be locked; two first events of one user would otherwise both decide on a stranger.
      await people.createQueryBuilder().insert().values({ userId }).orIgnore().execute();
      const row = await people.findOneOrFail({ where: { userId }, lock: { mode: 'pessimistic_write' } });
      const known = toPerson(row);
      const { person, happened } = decide(known);
      if (person === known) return;
      await people.update({ userId }, toRow(person));
      const events = [...happened.flatMap((one) => toEvents(one, person)), ...erasure(known, person)];
      if (events.length > 0) await this.outbox.append(...events);
    });
  }

  async find(userId: UserId): Promise<Person | undefined> {
    const row = await this.database.manager.findOneBy(PersonEntity, { userId });
    return row === null ? undefined : toPerson(row);
  }

  async takeDueRefresh(now: Date, until: Date, but: readonly ConnectionId[]): Promise<DueRefresh | undefined> {
    const [rows] = (await this.database.manager.query(
      `UPDATE person SET refresh_next_at = $2, refresh_tries = refresh_tries + 1
       WHERE user_id = (SELECT user_id FROM person WHERE refresh_next_at <= $1 AND refresh_connection_id <> ALL ($3)
                        ORDER BY refresh_next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING user_id AS "userId", refresh_connection_id AS "refreshConnectionId",
                 refresh_tenant_id AS "refreshTenantId", refresh_object_id AS "refreshObjectId",
                 refresh_tries AS "refreshTries", refresh_next_at AS "refreshNextAt"`,
      [now, until, but],
    )) as [(RefreshColumns & Pick<PersonEntity, 'userId'>)[], number];
    const [row] = rows;
    const owed = row ? toRefresh(row) : null;
    return row && owed ? { userId: row.userId as UserId, owed } : undefined;
  }
}

function toEvents(happened: Happened, person: Person): OutgoingEvent[] {
  const { userId } = person;
  if (happened.type === 'ProfileSynced') return [event(profileTopic, 'ProfileSynced', userId, happened.data)];
  const synced = event(groupsTopic, 'GroupsSynced', userId, happened.data);
  return person.groups ? [synced, event(groupsStateTopic, 'GroupsState', userId, person.groups)] : [synced];
}

/** Whoever held groups and was erased is erased from the state topic too. */
function erasure(before: Person, after: Person): OutgoingEvent[] {
  return after.erased && before.groups !== null ? [tombstone(groupsStateTopic, after.userId)] : [];
}

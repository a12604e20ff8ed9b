import { organizationTopic } from '@homerealm/contracts';
import type { Database, Outbox, OutgoingEvent, ReadyEvents } from '@homerealm/events';
import { ImportConflict, type ImportedUser } from '../../use-cases/import/import-work.port.js';
import { DirectoryConflict, type Directory } from '../../use-cases/directory.port.js';
import { constraintOf } from '../conflicts.js';
import { identityColumns, identityRecord, userColumns } from '../directory.statements.js';
import { toOutgoing } from '../outgoing.js';
import { planForInserts, planForMany } from './plans.js';
import { toIdentityRow, toUserRow } from '../user.mapper.js';

/** $1 users, $2 identities, $3 organizations and $4 users that join them, pair by pair */
const insertUsers = `
  WITH people AS (
    INSERT INTO "user" ("user_id", "revision", "status", "given_name", "family_name", "picture", "provenance",
      "full_name_key", "family_name_key", "created_at", "provided_id")
    SELECT u.user_id, 1, u.status, u.given_name, u.family_name, u.picture, u.provenance,
      u.full_name_key, u.family_name_key, u.created_at, u.provided_id
    FROM jsonb_to_recordset($1::jsonb) AS u (${userColumns}, "provided_id" text)),
  theirs AS (
    INSERT INTO "identity" ("user_id", ${identityColumns})
    SELECT "user_id", ${identityColumns} FROM jsonb_to_recordset($2::jsonb) AS r ("user_id" text, ${identityRecord}))
  INSERT INTO "membership" ("organization_id", "user_id", "joined_by", "joined_at")
  SELECT o, u, 'import', now() FROM unnest($3::text[], $4::text[]) AS m (o, u)`;

const setProvidedIds = `
  WITH set AS (UPDATE "user" AS u SET provided_id = w.provided_id
    FROM unnest($1::text[], $2::text[]) AS w (user_id, provided_id)
    WHERE u.user_id = w.user_id AND u.provided_id IS NULL RETURNING 1)
  SELECT 1 FROM set`;

/** What a chunk made of users, as far as it can be got ready before its transaction. */
export type ReadyUsers = {
  users: readonly ImportedUser[];
  /** Those nobody knew before, as JSON. */
  rows: string;
  identities: string;
  members: (readonly [organizationId: string, userId: string])[];
  /** Of these users nobody was told anything before; organizations have been there for longer. */
  firstEvents: ReadyEvents;
  laterEvents: OutgoingEvent[];
};

/** Stores what a chunk made of users, with their events, inside the transaction we are in. */
export class ImportedUsers {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly directory: Directory,
  ) {}

  ready(users: readonly ImportedUser[]): ReadyUsers {
    const fresh = users.filter(({ before }) => before === null);
    const rows = fresh.map(({ after }) => ({ ...toUserRow(after.user), provided_id: after.providedId }));
    const identities = fresh.flatMap(({ after: { user } }) =>
      user.identities.map((identity) => ({ user_id: user.userId, ...toIdentityRow(identity) })),
    );
    const members = fresh.flatMap(({ after: { user } }) =>
      user.organizations.map((organizationId) => [organizationId, user.userId] as const),
    );
    const events = fresh.flatMap(({ after: { user }, happened }) =>
      toOutgoing(happened, { userId: user.userId, after: user }),
    );
    const isLater = ({ topic }: OutgoingEvent) => topic.name === organizationTopic.name;
    return {
      ...{ users, members, rows: JSON.stringify(rows), identities: JSON.stringify(identities) },
      firstEvents: this.outbox.ready(...events.filter((event) => !isLater(event))),
      laterEvents: events.filter(isLater),
    };
  }

  /** @throws ImportConflict */
  async save(ready: ReadyUsers): Promise<void> {
    const { users } = ready;
    try {
      if (users.some(({ before }) => before === null)) await this.insert(ready);
      await planForMany(this.database.sql);
      for (const user of users) if (user.before) await this.update(user);
      await this.setProvidedIds(users);
    } catch (error) {
      const inTheWay = error instanceof DirectoryConflict || constraintOf(error) !== undefined || isUnique(error);
      throw inTheWay ? new ImportConflict() : error;
    }
  }

  /** All of them in one statement, and all of their events in another. */
  private async insert({ rows, identities, members, firstEvents, laterEvents }: ReadyUsers): Promise<void> {
    await planForInserts(this.database.sql);
    await this.database.sql.query(insertUsers, [
      ...[rows, identities, members.map(([organizationId]) => organizationId), members.map(([, userId]) => userId)],
    ]);
    await planForMany(this.database.sql);
    await this.outbox.appendFirst(firstEvents);
    await this.outbox.append(...laterEvents);
  }

  private async update({ before, after, happened }: ImportedUser): Promise<void> {
    if (!before || before.user === after.user) return;
    await this.directory.save({ before: before.user, after: after.user, happened });
  }

  private async setProvidedIds(users: readonly ImportedUser[]): Promise<void> {
    const given = users.filter(({ before, after }) => before !== null && before.providedId !== after.providedId);
    if (given.length === 0) return;
    const set = await this.database.sql.query(setProvidedIds, [
      given.map(({ after }) => after.user.userId),
      given.map(({ after }) => after.providedId),
    ]);
    if (set.length < given.length) throw new ImportConflict();
  }
}

/** The driver's own error, where no TypeORM stands between. */
function isUnique(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === '23505' || code === '23503';
}

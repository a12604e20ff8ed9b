import { signInTopic } from '@homerealm/contracts';
import { UserId } from '@homerealm/domain';
import { Database, event, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { Ended } from '../domain/admit-again.js';
import type { SignInFacts } from '../domain/sign-in-facts.js';
import type { KnownGroups } from '../domain/groups-for-token.js';
import {
  ProviderRecords,
  type RecordChanges,
  type RecordKey,
  type RecordKind,
  type SignedOut,
  type StoredRecord,
} from '../use-cases/provider-records.port.js';
import { readStatement, writeStatement } from './oidc-record-statements.js';

type Row = {
  kind: RecordKind;
  id: string;
  grant_id: string | null;
  session_uid: string | null;
  user_id: string | null;
  binding: string | null;
  payload: Record<string, unknown>;
  facts: SignInFacts | null;
  expires_at: Date;
  consumed_at: Date | null;
  groups: KnownGroups | null;
  ended: Ended;
};

@Injectable()
export class PostgresProviderRecords extends ProviderRecords {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async read(keys: readonly RecordKey[], applicationId?: string): Promise<StoredRecord[]> {
    const values = [keys.map(({ kind }) => kind), keys.map(({ id }) => id), applicationId ?? null];
    const rows: Row[] = await this.database.manager.query(readStatement, values);
    return rows.map(toRecord);
  }

  /** One statement where that is all there is to write; else one transaction. */
  async write(changes: RecordChanges): Promise<boolean> {
    const { alongside, happened, notices } = changes;
    if (alongside.length + happened.length + notices.length === 0) return this.apply(changes);
    return this.database.transaction(async () => {
      if (!(await this.apply(changes))) return false;
      for (const save of alongside) await save();
      if (happened.length > 0) await this.outbox.append(...happened.map(toEvent));
      if (notices.length > 0) await this.database.manager.query(keepNotices, [JSON.stringify(notices)]);
      return true;
    });
  }

  private async apply(changes: RecordChanges): Promise<boolean> {
    const { put, use, drop, endGrants } = changes;
    if (put.length + use.length + drop.length + endGrants.length === 0) return true;
    const { sql, values } = writeStatement(changes);
    try {
      const [row]: { ok: boolean }[] = await this.database.manager.query(sql, values);
      return row?.ok === true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }
}

const keepNotices = `
  INSERT INTO logout_notice (notice_id, application_id, user_id, session_id, created_at, next_try_at, tries)
  SELECT gen_random_uuid(), x."applicationId", x."userId", x."sessionId", now(), now(), 0
  FROM jsonb_to_recordset($1::jsonb) AS x("applicationId" text, "userId" text, "sessionId" text)`;

/** A client assertion came twice at the same moment; nothing else is inserted without a way out. */
const isDuplicate = (error: unknown): boolean => (error as { code?: string }).code === '23505';

export function toEvent({ userId, applicationId, reason }: SignedOut) {
  return event(signInTopic, 'UserSignedOut', userId, { userId: UserId.parse(userId), applicationId, reason });
}

const toRecord = (row: Row): StoredRecord => ({
  kind: row.kind,
  id: row.id,
  grantId: row.grant_id,
  sessionUid: row.session_uid,
  userId: row.user_id,
  binding: row.binding,
  payload: row.payload,
  facts: row.facts,
  expiresAt: row.expires_at,
  consumedAt: row.consumed_at,
  groups: row.groups,
  ended: row.ended,
});

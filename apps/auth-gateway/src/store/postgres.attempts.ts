import { profileClaimsTopic, signInTopic, tenantTopic } from '@homerealm/contracts';
import { makeId } from '@homerealm/domain';
import { Database, event, Outbox, type OutgoingEvent } from '@homerealm/events';
import { tellAttempt } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import { Attempts, type AttemptFilter, type SignInNews } from '../use-cases/attempts.port.js';
import { SignInAttemptEntity } from './sign-in-attempt.entity.js';

@Injectable()
export class PostgresAttempts extends Attempts {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async record(attempt: Attempt, news: SignInNews): Promise<void> {
    tellAttempt(attempt.attemptId);
    const rows = (await this.database.manager.query(insert, toValues(attempt))) as unknown[];
    // The sweeper was faster: what it wrote stands, and an attempt is told about once.
    if (rows.length > 0) await this.outbox.append(...toEvents(news));
  }

  async find(attemptId: string): Promise<Attempt | null> {
    const row = await this.database.manager.findOneBy(SignInAttemptEntity, { attemptId });
    return row && toAttempt(row);
  }

  async list(filter: AttemptFilter, limit: number, cursor?: string): Promise<Attempt[]> {
    const query = this.database.manager.createQueryBuilder(SignInAttemptEntity, 'attempt');
    for (const name of ['code', 'outcome', 'connectionId', 'userId', 'applicationId', 'organizationId'] as const) {
      const value = filter[name];
      if (value !== undefined) query.andWhere(`attempt.${name} = :${name}`, { [name]: value });
    }
    if (cursor !== undefined) query.andWhere('attempt.attemptId < :cursor', { cursor });
    if (filter.from !== undefined) query.andWhere('attempt.attemptId >= :from', { from: firstIdOf(filter.from) });
    if (filter.to !== undefined) query.andWhere('attempt.attemptId < :to', { to: firstIdOf(filter.to) });
    const rows = await query.orderBy('attempt.attemptId', 'DESC').limit(limit).getMany();
    return rows.map(toAttempt);
  }
}

/** Attempt ids begin with their time, so a time is a place among them. */
const firstIdOf = (time: number) => makeId('attempt', Math.max(0, time), new Uint8Array(10));

const toAttempt = (row: SignInAttemptEntity): Attempt => ({ ...row, attemptId: row.attemptId as Attempt['attemptId'] });

const toValues = (attempt: Attempt): unknown[] => [
  ...[attempt.attemptId, attempt.startedAt, attempt.finishedAt, attempt.outcome, attempt.code, attempt.applicationId],
  ...[attempt.connectionId, attempt.organizationId, attempt.userId],
  ...[attempt.upstream && JSON.stringify(attempt.upstream), JSON.stringify(attempt.checks)],
];

function toEvents({ signIn, tenant, claims }: SignInNews): OutgoingEvent[] {
  const events: OutgoingEvent[] = [];
  if (signIn?.type === 'UserSignedIn') events.push(event(signInTopic, signIn.type, signIn.data.userId, signIn.data));
  if (signIn?.type === 'SignInRefused') {
    events.push(event(signInTopic, signIn.type, signIn.data.userId ?? signIn.data.attemptId, signIn.data));
  }
  if (tenant) events.push(event(tenantTopic, tenant.type, tenant.data.connectionId, tenant.data));
  if (claims) events.push(event(profileClaimsTopic, claims.type, claims.data.userId, claims.data));
  return events;
}

const insert = `
  INSERT INTO sign_in_attempt (attempt_id, started_at, finished_at, outcome, code, application_id, connection_id,
    organization_id, user_id, upstream, checks)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (attempt_id) DO NOTHING RETURNING attempt_id`;

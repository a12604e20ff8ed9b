import { createHash } from 'node:crypto';
import { Database } from '@homerealm/events';
import { tellAttempt } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { Transactions, type FormOwner, type StartedSignIn } from '../use-cases/transactions.port.js';
import type { DepartureForm } from '../use-cases/upstream.port.js';
import type { SignInTransactionEntity } from './sign-in-transaction.entity.js';

type Row = { [Key in keyof SignInTransactionEntity as SnakeCase<Key>]: SignInTransactionEntity[Key] };
type SnakeCase<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Text;

@Injectable()
export class PostgresTransactions extends Transactions {
  constructor(private readonly database: Database) {
    super();
  }

  async open(state: string, started: StartedSignIn): Promise<void> {
    tellAttempt(started.attemptId);
    await this.database.manager.query(insert, [
      ...[hashOf(state), started.browserHash, started.connectionId, started.revision, started.uid],
      ...[started.applicationId, started.organizationId, started.attemptId, JSON.stringify(started.checks)],
      ...[JSON.stringify(started.upstream), new Date(started.startedAt), new Date(started.expiresAt)],
      ...[started.test?.testRunId ?? null, started.test ? JSON.stringify(started.test.known) : null],
      started.form ? JSON.stringify(started.form) : null,
    ]);
  }

  async take(state: string, browserHash: string | undefined, now: number): Promise<StartedSignIn | null> {
    const rows = await this.database.manager.query(take, [hashOf(state), browserHash ?? '', new Date(now)]);
    const row = (rows as Row[])[0];
    return row ? toStarted(row) : null;
  }

  async formOf(state: string, { connectionId, browserHash, now }: FormOwner): Promise<DepartureForm | null> {
    const rows = await this.database.manager.query(formOf, [hashOf(state), connectionId, browserHash, new Date(now)]);
    return (rows as { form: DepartureForm }[])[0]?.form ?? null;
  }

  async sweep(now: number): Promise<number> {
    const rows = await this.database.manager.query(sweep, [new Date(now - graceMilliseconds)]);
    return (rows as { ended: number }[])[0]?.ended ?? 0;
  }
}

/** A return just in time must be able to finish before its row is swept: longer than any request may take. */
const graceMilliseconds = 120_000;

const hashOf = (state: string) => createHash('sha256').update(state).digest('base64url');

const toStarted = (row: Row): StartedSignIn => ({
  attemptId: row.attempt_id as StartedSignIn['attemptId'],
  uid: row.uid,
  applicationId: row.application_id,
  organizationId: row.organization_id,
  connectionId: row.connection_id,
  revision: row.revision,
  browserHash: row.browser_hash,
  startedAt: row.started_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  usedAt: row.used_at?.getTime() ?? null,
  checks: row.checks,
  upstream: row.upstream,
  ...(row.form !== null && { form: row.form }),
  ...(row.test_run_id !== null && { test: { testRunId: row.test_run_id, known: row.tested } }),
});

const insert = `
  INSERT INTO sign_in_transaction (state_hash, browser_hash, connection_id, revision, uid, application_id, organization_id,
    attempt_id, checks, upstream, started_at, expires_at, test_run_id, tested, form)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;

/**
 * One statement reads the row as it was and uses it up. A second taker waits for the row's lock and then finds
 * `used_at` set. The row stays until its time is over, so that a replay can be told from a stranger; its secrets do not.
 */
const take = `
  WITH found AS (SELECT * FROM sign_in_transaction WHERE state_hash = $1 FOR UPDATE),
  used AS (
    UPDATE sign_in_transaction SET used_at = $3, upstream = NULL, tested = NULL, form = NULL FROM found
    WHERE sign_in_transaction.state_hash = found.state_hash AND found.used_at IS NULL AND found.browser_hash = $2
  )
  SELECT * FROM found`;

const formOf = `
  SELECT form FROM sign_in_transaction
  WHERE state_hash = $1 AND connection_id = $2 AND browser_hash = $3 AND expires_at > $4 AND used_at IS NULL`;

/** Attempts that are recorded already stay as they are. In batches, so that no sweep holds locks for long. */
const sweep = `
  WITH gone AS (
    DELETE FROM sign_in_transaction WHERE state_hash IN (
      SELECT state_hash FROM sign_in_transaction WHERE expires_at < $1 ORDER BY expires_at LIMIT 500 FOR UPDATE SKIP LOCKED
    ) RETURNING *
  ), recorded AS (
    INSERT INTO sign_in_attempt (attempt_id, started_at, finished_at, outcome, code, application_id, connection_id,
      organization_id, user_id, upstream, checks)
    SELECT attempt_id, started_at, expires_at,
      CASE WHEN used_at IS NULL THEN 'abandoned' ELSE 'refused' END,
      CASE WHEN used_at IS NULL THEN 'sign-in.abandoned' ELSE 'sign-in.interrupted' END,
      application_id, connection_id, organization_id, NULL, NULL, checks
    FROM gone WHERE test_run_id IS NULL
      -- One that waits for an email goes on.
      AND NOT EXISTS (SELECT FROM sign_in_pause WHERE sign_in_pause.attempt_id = gone.attempt_id)
    ON CONFLICT (attempt_id) DO NOTHING
  )
  SELECT count(*)::integer AS ended FROM gone`;

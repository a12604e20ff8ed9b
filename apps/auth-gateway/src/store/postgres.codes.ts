import type { AttemptId, Check } from '@homerealm/domain';
import { Database } from '@homerealm/events';
import { Sealer, tellAttempt } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { codeMilliseconds, mostTries } from '../domain/own-sign-in/one-time-code.js';
import { type CodeKey, type CodeMemory, Codes, type KeptCode, type NewCode } from '../use-cases/codes/codes.port.js';

type Row = {
  code_hash: string;
  attempt_id: string;
  application_id: string | null;
  organization_id: string | null;
  connection_id: string | null;
  checks: Check[];
  memory: string;
  wrong_tries: number;
  started_at: Date;
  expires_at: Date;
  proved_at: Date | null;
};

@Injectable()
export class PostgresCodes extends Codes {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {
    super();
  }

  async keep({ key, codeHash, tried, checks, memory, expiresAt }: NewCode): Promise<void> {
    tellAttempt(tried.attemptId);
    await this.query(keep, [
      ...[...valuesOf(key), codeHash, tried.attemptId, tried.applicationId, tried.organizationId, tried.connectionId],
      ...[JSON.stringify(checks), await this.seal(key, memory), new Date(tried.startedAt), new Date(expiresAt)],
    ]);
  }

  async find(key: CodeKey): Promise<KeptCode | null> {
    const [row] = await this.query<Row>(`SELECT * FROM sign_in_code WHERE ${isKey}`, valuesOf(key));
    return row ? this.toKept(key, row) : null;
  }

  async tellSentTo(key: CodeKey, codeHash: string, memory: CodeMemory): Promise<void> {
    const sealed = await this.seal(key, memory);
    await this.query(`UPDATE sign_in_code SET memory = $5 WHERE ${isKey} AND code_hash = $4`, [
      ...[...valuesOf(key), codeHash, sealed],
    ]);
  }

  async try(key: CodeKey, codeHash: string, now: number): Promise<{ code: KeptCode | null; matches: boolean }> {
    const [row] = await this.query<Row & { matches: boolean }>(tryCode, [
      ...[...valuesOf(key), codeHash, new Date(now), new Date(now + codeMilliseconds)],
    ]);
    return row ? { code: await this.toKept(key, row), matches: row.matches } : { code: null, matches: false };
  }

  async forget(key: CodeKey): Promise<void> {
    await this.query(`DELETE FROM sign_in_code WHERE ${isKey}`, valuesOf(key));
  }

  async sweep(now: number): Promise<number> {
    const [row] = await this.query<{ ended: number }>(sweep, [new Date(now - graceMilliseconds)]);
    return row?.ended ?? 0;
  }

  private async seal(key: CodeKey, memory: CodeMemory): Promise<string> {
    return (await this.sealer.seal(JSON.stringify(memory), sealContext(key))).sealed;
  }

  private async toKept(key: CodeKey, row: Row): Promise<KeptCode> {
    const tried = {
      attemptId: row.attempt_id as AttemptId,
      startedAt: row.started_at.getTime(),
      applicationId: row.application_id,
      organizationId: row.organization_id,
      connectionId: row.connection_id,
    };
    const memory = JSON.parse(await this.sealer.open(row.memory, sealContext(key))) as CodeMemory;
    const { code_hash: codeHash, checks, wrong_tries: wrongTries } = row;
    const times = { expiresAt: row.expires_at.getTime(), provedAt: row.proved_at?.getTime() ?? null };
    return { key, codeHash, tried, checks, memory, wrongTries, ...times };
  }

  private async query<T = unknown>(sql: string, values: unknown[]): Promise<T[]> {
    return (await this.database.manager.query(sql, values)) as T[];
  }
}

const valuesOf = ({ uid, browserHash, purpose }: CodeKey): string[] => [uid, browserHash, purpose];
const sealContext = ({ uid, purpose }: CodeKey): string => `one-time-code:${purpose}:${uid}`;
const isKey = 'uid = $1 AND browser_hash = $2 AND purpose = $3';

/** A step that began just in time must be able to end before its row is swept: longer than any request may take. */
const graceMilliseconds = 120_000;

const keep = `
  INSERT INTO sign_in_code (uid, browser_hash, purpose, code_hash, attempt_id, application_id, organization_id,
    connection_id, checks, memory, started_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (uid, browser_hash, purpose) DO UPDATE SET code_hash = excluded.code_hash, attempt_id = excluded.attempt_id,
    application_id = excluded.application_id, organization_id = excluded.organization_id,
    connection_id = excluded.connection_id, checks = excluded.checks, memory = excluded.memory, wrong_tries = 0,
    started_at = excluded.started_at, expires_at = excluded.expires_at, proved_at = NULL`;

/**
 * One statement reads the code as it was, and counts the try or uses the code up. A second try waits for the row's lock
 * and then sees what the first one did. What was proved is good for another ten minutes: a form may follow.
 */
const tryCode = `
  WITH found AS (SELECT *, code_hash = $4 AS matches FROM sign_in_code WHERE ${isKey} FOR UPDATE),
  counted AS (
    UPDATE sign_in_code SET
      wrong_tries = found.wrong_tries + CASE WHEN found.matches THEN 0 ELSE 1 END,
      proved_at = CASE WHEN found.matches THEN $5::timestamptz END,
      expires_at = CASE WHEN found.matches THEN $6::timestamptz ELSE found.expires_at END,
      checks = found.checks
        || jsonb_build_object('code', 'code.right', 'outcome', CASE WHEN found.matches THEN 'passed' ELSE 'failed' END)
    FROM found
    WHERE sign_in_code.uid = found.uid AND sign_in_code.browser_hash = found.browser_hash
      AND sign_in_code.purpose = found.purpose
      AND found.proved_at IS NULL AND found.expires_at > $5 AND found.wrong_tries < ${mostTries}
  )
  SELECT * FROM found`;

/** Attempts that are recorded already stay as they are. In batches, so that no sweep holds locks for long. */
const sweep = `
  WITH gone AS (
    DELETE FROM sign_in_code WHERE (uid, browser_hash, purpose) IN (
      SELECT uid, browser_hash, purpose FROM sign_in_code WHERE expires_at < $1
      ORDER BY expires_at LIMIT 500 FOR UPDATE SKIP LOCKED
    ) RETURNING *
  ), recorded AS (
    INSERT INTO sign_in_attempt (attempt_id, started_at, finished_at, outcome, code, application_id, connection_id,
      organization_id, user_id, upstream, checks)
    SELECT DISTINCT ON (attempt_id) attempt_id, started_at, expires_at, 'abandoned', 'sign-in.abandoned', application_id,
      connection_id, organization_id, NULL, NULL::jsonb, checks
    FROM gone ON CONFLICT (attempt_id) DO NOTHING
  )
  SELECT count(*)::integer AS ended FROM gone`;

import { Database } from '@homerealm/events';
import type { Sealer } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import { type PausedSignIn, Pauses } from '../use-cases/missing-email/pauses.port.js';

/** Paused sign-ins in a table. Who the person is at their provider is sealed: reading the table tells nobody. */
@Injectable()
export class PostgresPauses extends Pauses {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {
    super();
  }

  async keep(paused: PausedSignIn): Promise<void> {
    const { started, expiresAt, checks } = paused;
    const { sealed } = await this.sealer.seal(JSON.stringify(paused), sealContext(started.uid));
    await this.database.manager.query(keep, [
      ...[started.uid, started.browserHash, started.attemptId, started.applicationId, started.organizationId],
      ...[started.connectionId, JSON.stringify(checks), sealed, new Date(started.startedAt), new Date(expiresAt)],
    ]);
  }

  find(uid: string, browserHash: string, now: number): Promise<PausedSignIn | null> {
    return this.open(`SELECT sealed FROM sign_in_pause WHERE ${isOurs}`, uid, browserHash, now);
  }

  take(uid: string, browserHash: string, now: number): Promise<PausedSignIn | null> {
    return this.open(take, uid, browserHash, now);
  }

  async sweep(now: number): Promise<number> {
    const rows = await this.database.manager.query(sweep, [new Date(now - graceMilliseconds)]);
    return (rows as { ended: number }[])[0]?.ended ?? 0;
  }

  private async open(sql: string, uid: string, browserHash: string, now: number): Promise<PausedSignIn | null> {
    const [row] = (await this.database.manager.query(sql, [uid, browserHash, new Date(now)])) as { sealed: string }[];
    return row ? (JSON.parse(await this.sealer.open(row.sealed, sealContext(uid))) as PausedSignIn) : null;
  }
}

const sealContext = (uid: string): string => `paused-sign-in:${uid}`;

const isOurs = 'uid = $1 AND browser_hash = $2 AND expires_at > $3';
const take = `WITH taken AS (DELETE FROM sign_in_pause WHERE ${isOurs} RETURNING sealed) SELECT sealed FROM taken`;

/** A code that was typed just in time must be able to end the sign-in: longer than any request may take. */
const graceMilliseconds = 120_000;

/** Who comes back from a provider again has a newer attempt; that is the one that goes on. */
const keep = `
  INSERT INTO sign_in_pause (uid, browser_hash, attempt_id, application_id, organization_id, connection_id, checks, sealed,
    started_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (uid, browser_hash) DO UPDATE SET attempt_id = excluded.attempt_id,
    application_id = excluded.application_id, organization_id = excluded.organization_id,
    connection_id = excluded.connection_id, checks = excluded.checks, sealed = excluded.sealed,
    started_at = excluded.started_at, expires_at = excluded.expires_at`;

/** Attempts that are recorded already stay as they are. In batches, so that no sweep holds locks for long. */
const sweep = `
  WITH gone AS (
    DELETE FROM sign_in_pause WHERE (uid, browser_hash) IN (
      SELECT uid, browser_hash FROM sign_in_pause WHERE expires_at < $1
      ORDER BY expires_at LIMIT 500 FOR UPDATE SKIP LOCKED
    ) RETURNING *
  ), recorded AS (
    INSERT INTO sign_in_attempt (attempt_id, started_at, finished_at, outcome, code, application_id, connection_id,
      organization_id, user_id, upstream, checks)
    SELECT attempt_id, started_at, expires_at, 'abandoned', 'sign-in.abandoned', application_id, connection_id,
      organization_id, NULL, NULL::jsonb, checks
    FROM gone ON CONFLICT (attempt_id) DO NOTHING
  )
  SELECT count(*)::integer AS ended FROM gone`;

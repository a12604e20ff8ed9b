import { createHash } from 'node:crypto';
import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { type SignOutOwner, SignOuts, type SignOutUnderWay } from '../use-cases/sign-out/sign-outs.port.js';
import type { DepartureForm } from '../use-cases/upstream.port.js';

type Row = {
  browser_hash: string;
  connection_id: string;
  request_id: string | null;
  form: DepartureForm | null;
  application_id: string | null;
  registered_uri: string | null;
  goes_to: string | null;
  expires_at: Date;
};

@Injectable()
export class PostgresSignOuts extends SignOuts {
  constructor(private readonly database: Database) {
    super();
  }

  async open(handle: string, underWay: SignOutUnderWay): Promise<void> {
    const { browserHash, connectionId, requestId, form, back, expiresAt } = underWay;
    await this.database.manager.query(open, [
      ...[browserHash, connectionId, hashOf(handle), requestId, form === null ? null : JSON.stringify(form)],
      ...[back?.applicationId ?? null, back?.registeredUri ?? null, back?.goesTo ?? null, new Date(expiresAt)],
    ]);
  }

  async formOf({ browserHash, connectionId, now }: SignOutOwner): Promise<DepartureForm | null> {
    const rows = await this.database.manager.query(`SELECT form FROM upstream_sign_out WHERE ${isOurs}`, [
      ...[browserHash, connectionId, new Date(now)],
    ]);
    return (rows as Pick<Row, 'form'>[])[0]?.form ?? null;
  }

  async take({ browserHash, connectionId, now }: SignOutOwner, handle: string | undefined) {
    const handleHash = handle === undefined ? null : hashOf(handle);
    const rows = await this.database.manager.query(take, [browserHash, connectionId, new Date(now), handleHash]);
    const row = (rows as Row[])[0];
    return row ? toUnderWay(row) : null;
  }

  async sweep(now: number): Promise<number> {
    const rows = await this.database.manager.query(sweep, [new Date(now)]);
    return (rows as { forgotten: number }[])[0]?.forgotten ?? 0;
  }
}

const hashOf = (handle: string): string => createHash('sha256').update(handle).digest('base64url');

function toUnderWay(row: Row): SignOutUnderWay {
  const { application_id: applicationId, registered_uri: registeredUri, goes_to: goesTo } = row;
  const goesBack = applicationId !== null && registeredUri !== null && goesTo !== null;
  return {
    ...{ browserHash: row.browser_hash, connectionId: row.connection_id, requestId: row.request_id, form: row.form },
    back: goesBack ? { applicationId, registeredUri, goesTo } : null,
    expiresAt: row.expires_at.getTime(),
  };
}

const isOurs = 'browser_hash = $1 AND connection_id = $2 AND expires_at > $3';

const open = `
  INSERT INTO upstream_sign_out (browser_hash, connection_id, handle_hash, request_id, form, application_id,
    registered_uri, goes_to, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (browser_hash, connection_id) DO UPDATE SET handle_hash = excluded.handle_hash,
    request_id = excluded.request_id, form = excluded.form, application_id = excluded.application_id,
    registered_uri = excluded.registered_uri, goes_to = excluded.goes_to, expires_at = excluded.expires_at`;

const take = `
  WITH taken AS (
    DELETE FROM upstream_sign_out WHERE ${isOurs} AND ($4::text IS NULL OR handle_hash = $4) RETURNING *
  )
  SELECT * FROM taken`;

const sweep = `
  WITH gone AS (
    DELETE FROM upstream_sign_out WHERE (browser_hash, connection_id) IN (
      SELECT browser_hash, connection_id FROM upstream_sign_out WHERE expires_at < $1
      ORDER BY expires_at LIMIT 500 FOR UPDATE SKIP LOCKED
    ) RETURNING 1
  )
  SELECT count(*)::integer AS forgotten FROM gone`;

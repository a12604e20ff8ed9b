import { createHash, randomUUID } from 'node:crypto';
import type { ImportPartResponse, ImportResponse, RejectedRow } from '@homerealm/contracts';
import { DomainError, type ImportId } from '@homerealm/domain';
import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { importErrors } from '../../domain/import/import.errors.js';
import { Imports, type ImportQuery, type NewImport, type UploadedPart } from '../../use-cases/import/imports.port.js';
import { ImportBell } from './import-bell.js';
import { eraseUpload } from './erase-upload.js';
import { importColumnsSql, toImport, type ImportRow } from './import.mapper.js';
import { inPieces } from './in-pieces.js';

const insertPiece = `
  WITH open AS (SELECT import_id FROM "import" WHERE import_id = $1 AND state = 'receiving' FOR SHARE)
  INSERT INTO "import_piece" (import_id, upload, piece, length, bytes)
  SELECT import_id, $2::uuid, $3::int, $4::int, $5::bytea FROM open RETURNING piece`;
const putPart = `
  INSERT INTO "import_part" (import_id, part, upload, bytes, sha256) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (import_id, part) DO UPDATE SET upload = excluded.upload, bytes = excluded.bytes,
    sha256 = excluded.sha256`;
const countParts = `
  UPDATE "import" SET touched_at = now(), parts = t.parts, bytes = t.bytes
  FROM (SELECT count(*) AS parts, sum(bytes) AS bytes FROM "import_part" WHERE import_id = $1) t
  WHERE import_id = $1 RETURNING t.bytes`;
const startIt = `
  UPDATE "import" SET state = 'running' WHERE import_id = $1 AND state = 'receiving'
    AND (SELECT count(*) FROM "import_part" WHERE import_id = $1) = $2::int
    AND (SELECT max(part) FROM "import_part" WHERE import_id = $1) = $2::int RETURNING import_id`;
const cancelIt = `
  UPDATE "import" SET state = 'cancelled', finished_at = now(), lease = NULL
  WHERE import_id = $1 AND state IN ('receiving', 'running') RETURNING import_id`;

@Injectable()
export class PostgresImports extends Imports {
  constructor(
    private readonly database: Database,
    private readonly bell: ImportBell,
  ) {
    super();
  }

  async create({ importId, format, dryRun, connectionId, createdAt }: NewImport): Promise<void> {
    await this.query(
      `INSERT INTO "import" (import_id, format, dry_run, connection_id, state, created_at)
        VALUES ($1, $2, $3, $4, 'receiving', $5)`,
      [importId, format, dryRun, connectionId, createdAt],
    );
  }

  async find(importId: ImportId): Promise<ImportResponse | null> {
    const [row] = await this.query<ImportRow>(`SELECT ${importColumnsSql} FROM "import" WHERE import_id = $1`, [
      importId,
    ]);
    return row ? toImport(row) : null;
  }

  async list({ limit, cursor, state }: ImportQuery): Promise<ImportResponse[]> {
    const rows = await this.query<ImportRow>(
      `SELECT ${importColumnsSql} FROM "import" WHERE ($1::text IS NULL OR import_id < $1)
        AND ($2::text IS NULL OR state = $2) ORDER BY import_id DESC LIMIT $3`,
      [cursor ?? null, state ?? null, limit + 1],
    );
    return rows.map(toImport);
  }

  async receive(asked: UploadedPart, body: AsyncIterable<Uint8Array>): Promise<ImportPartResponse> {
    const { importId, part, sha256 } = asked;
    const upload = randomUUID();
    try {
      const received = await this.keepPieces(asked, upload, body);
      if (sha256 !== null && sha256 !== received.sha256) throw importErrors('import.part-broken', { importId, part });
      await this.putInPlace(asked, upload, received);
      return { part, ...received };
    } catch (error) {
      await this.query('DELETE FROM "import_piece" WHERE import_id = $1 AND upload = $2', [importId, upload]);
      throw error;
    }
  }

  async start(importId: ImportId, parts: number): Promise<boolean> {
    const started = await this.query(startIt, [importId, parts]);
    if (started.length > 0) this.bell.ring();
    return started.length > 0;
  }

  async cancel(importId: ImportId): Promise<boolean> {
    const cancelled = await this.query(cancelIt, [importId]);
    if (cancelled.length === 0) return false;
    await eraseUpload(() => this.database.sql, importId);
    return true;
  }

  async rejected(importId: ImportId, after: number, limit: number): Promise<RejectedRow[]> {
    return this.query<RejectedRow>(
      `SELECT row_number AS row, code, field, says FROM "import_rejection"
        WHERE import_id = $1 AND row_number > $2 ORDER BY row_number LIMIT $3`,
      [importId, after, limit],
    );
  }

  private async keepPieces(
    { importId, part, maxBytes }: UploadedPart,
    upload: string,
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ bytes: number; sha256: string }> {
    const [others] = await this.query<{ bytes: string }>(
      'SELECT coalesce(sum(bytes), 0) AS bytes FROM "import_part" WHERE import_id = $1 AND part <> $2',
      [importId, part],
    );
    const room = maxBytes - Number(others?.bytes ?? 0);
    const hash = createHash('sha256');
    let [bytes, pieces] = [0, 0];
    for await (const piece of inPieces(untilBroken(body))) {
      bytes += piece.length;
      if (bytes > room) throw importErrors('import.too-large', { importId, maxBytes });
      hash.update(piece);
      const kept = await this.query(insertPiece, [importId, upload, pieces++, piece.length, piece]);
      if (kept.length === 0) throw importErrors('import.not-receiving', { importId });
    }
    return { bytes, sha256: hash.digest('hex') };
  }

  /** From now on the part is there; an earlier one of its number is gone. */
  private async putInPlace(
    { importId, part, maxBytes }: UploadedPart,
    upload: string,
    received: { bytes: number; sha256: string },
  ): Promise<void> {
    await this.database.transaction(async () => {
      const open = await this.query(`SELECT 1 FROM "import" WHERE import_id = $1 AND state = 'receiving' FOR UPDATE`, [
        importId,
      ]);
      if (open.length === 0) throw importErrors('import.not-receiving', { importId });
      await this.query(
        `DELETE FROM "import_piece" WHERE import_id = $1
          AND upload = (SELECT upload FROM "import_part" WHERE import_id = $1 AND part = $2)`,
        [importId, part],
      );
      await this.query(putPart, [importId, part, upload, received.bytes, received.sha256]);
      const [all] = await this.query<{ bytes: string }>(countParts, [importId]);
      if (Number(all?.bytes) > maxBytes) throw importErrors('import.too-large', { importId, maxBytes });
    });
  }

  private query<Row>(text: string, values: unknown[]): Promise<Row[]> {
    return this.database.sql.query<Row>(text, values);
  }
}

/** An upload that breaks off is the caller's to repeat, not a failure of ours. */
async function* untilBroken(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw error instanceof DomainError ? error : importErrors('import.upload-broken');
  }
}

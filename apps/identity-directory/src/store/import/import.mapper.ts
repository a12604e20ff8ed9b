import type { ImportResponse } from '@homerealm/contracts';
import { importErrors, type FileErrorCode } from '../../domain/import/import.errors.js';

export const importColumnsSql = `import_id, format, dry_run, connection_id, state, bytes, parts, position, created,
  updated, unchanged, rejected, rejected_by, failure_code, failure_row, created_at, started_at, finished_at`;

export type ImportRow = {
  import_id: string;
  format: string;
  dry_run: boolean;
  connection_id: string | null;
  state: string;
  bytes: string;
  parts: number;
  position: string;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  rejected_by: Record<string, number>;
  failure_code: FileErrorCode | null;
  failure_row: number | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
};

export function toImport(row: ImportRow): ImportResponse {
  const { created, updated, unchanged, rejected, failure_code: code } = row;
  return {
    importId: row.import_id as ImportResponse['importId'],
    state: row.state as ImportResponse['state'],
    format: row.format as ImportResponse['format'],
    dryRun: row.dry_run,
    connectionId: row.connection_id as ImportResponse['connectionId'],
    progressUrl: `/imports/${row.import_id}`,
    bytes: Number(row.bytes),
    bytesRead: Number(row.position),
    parts: row.parts,
    counts: { read: created + updated + unchanged + rejected, created, updated, unchanged, rejected },
    rejectedBy: row.rejected_by,
    failure:
      code === null || row.state !== 'failed'
        ? null
        : { code, says: importErrors.table[code].says, row: row.failure_row },
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

import type { ImportFormat, ImportPartResponse, ImportResponse, ImportState, RejectedRow } from '@homerealm/contracts';
import type { ConnectionId, ImportId } from '@homerealm/domain';

export type NewImport = {
  importId: ImportId;
  format: ImportFormat;
  dryRun: boolean;
  connectionId: ConnectionId | null;
  createdAt: string;
};

export type ImportQuery = { limit: number; cursor?: string | undefined; state?: ImportState | undefined };

export type UploadedPart = { importId: ImportId; part: number; maxBytes: number; sha256: string | null };

/** Imports as their callers see them: the file as it comes in, and what became of it. */
export abstract class Imports {
  abstract create(wanted: NewImport): Promise<void>;

  abstract find(importId: ImportId): Promise<ImportResponse | null>;

  /** Up to `limit + 1`, the newest first. */
  abstract list(query: ImportQuery): Promise<ImportResponse[]>;

  /**
   * Keeps a part of the file while it comes in; the same part once more takes the place of the one before.
   * @throws DomainError when the import takes no parts, or the part is broken or too large; nothing of it is kept then
   */
  abstract receive(part: UploadedPart, body: AsyncIterable<Uint8Array>): Promise<ImportPartResponse>;

  /** Whether it is running now: all parts from 1 to `parts` are there and it was still receiving. */
  abstract start(importId: ImportId, parts: number): Promise<boolean>;

  /** Ends it and erases what was received. Whether it had not ended before. */
  abstract cancel(importId: ImportId): Promise<boolean>;

  /** Up to `limit`, in the order of the file, after this row. */
  abstract rejected(importId: ImportId, after: number, limit: number): Promise<RejectedRow[]>;
}

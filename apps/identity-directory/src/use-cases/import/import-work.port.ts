import type { ImportFormat } from '@homerealm/contracts';
import type { ConnectionId, ImportId } from '@homerealm/domain';
import type { Happened } from '../../domain/happened.js';
import type { FileErrorCode } from '../../domain/import/import.errors.js';
import type { ImportColumn, ImportLine, RowProblem, WantedUser } from '../../domain/import/import-row.js';
import type { KnownUser } from '../../domain/import/known-users.js';
import type { References } from './read-import-row.js';

/** An import that this process alone works on, for as long as it keeps committing. */
export type Claim = {
  importId: ImportId;
  format: ImportFormat;
  dryRun: boolean;
  connectionId: ConnectionId | null;
  /** Proves that it is still ours. */
  lease: string;
  /** Bytes of the file that are worked through, and the row they end with. */
  position: number;
  row: number;
  /** Of a CSV file, once its header was read. */
  columns: ImportColumn[] | null;
  /** How often the work stopped at this very place. */
  tries: number;
};

/** Rows of the file one after the other, and the columns they were read by. */
export type Chunk = { lines: ImportLine[]; columns: ImportColumn[] | null };

/** A user to store, and what happened to them in this chunk. */
export type ImportedUser = { before: KnownUser | null; after: KnownUser; happened: Happened[] };

export type ChunkResult = {
  position: number;
  row: number;
  columns: ImportColumn[] | null;
  counts: Record<'created' | 'updated' | 'unchanged' | 'rejected', number>;
  users: ImportedUser[];
  rejected: (RowProblem & { row: number })[];
};

/** What an import asks of the directory's database while it runs. */
export abstract class ImportWork {
  /** The oldest import that nobody works on; null when there is none. */
  abstract claim(): Promise<Claim | null>;

  /** The file from the claim's position on, in chunks that are small enough for one transaction. @throws UnreadableFile */
  abstract read(claim: Claim): AsyncIterable<Chunk>;

  /** What the names in these rows stand for. */
  abstract references(claim: Claim, lines: readonly ImportLine[]): Promise<References>;

  /** Everybody these rows concern; in a dry run also those the rows before would have made. */
  abstract known(claim: Claim, wanted: readonly WantedUser[]): Promise<KnownUser[]>;

  /** Does what a commit would do before its transaction. May be left out: then the commit does it. */
  abstract prepare(claim: Claim, result: ChunkResult): void;

  /**
   * Stores a chunk and how far the import is, in one transaction.
   * @returns false when the import was cancelled or somebody else works on it; nothing is stored then
   * @throws ImportConflict when somebody was faster; nothing is stored then
   */
  abstract commit(claim: Claim, result: ChunkResult): Promise<boolean>;

  /** Waits while too many events are on their way, and keeps the claim meanwhile: `gone` when it could not, or the signal came. */
  abstract pace(claim: Claim, signal: AbortSignal): Promise<'at-once' | 'waited' | 'gone'>;

  /** Ends the import and erases what was received. */
  abstract end(claim: Claim, failure: { code: FileErrorCode; row: number | null } | null): Promise<void>;

  /** Lets somebody else go on, at once or after a while. */
  abstract release(claim: Claim, failed: boolean): Promise<void>;
}

/** A save met something that another change made unique or changed meanwhile. */
export class ImportConflict extends Error {
  override readonly name = 'ImportConflict';
}

/** The file cannot be read on from this row. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  constructor(
    readonly code: FileErrorCode,
    readonly row: number,
  ) {
    super(code);
  }
}

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { FileErrorCode } from '../../domain/import/import.errors.js';
import type { ImportLine, WantedUser } from '../../domain/import/import-row.js';
import type { KnownUser } from '../../domain/import/known-users.js';
import { Directory } from '../../use-cases/directory.port.js';
import { ImportWork, type Chunk, type ChunkResult, type Claim } from '../../use-cases/import/import-work.port.js';
import type { References } from '../../use-cases/import/read-import-row.js';
import { claimOne, commitChunk, endIt, insertRejections, noteEnd, releaseIt, renewIt } from './claim.statements.js';
import { eraseUpload } from './erase-upload.js';
import { findKnown, keepDrafts } from './find-known.js';
import { findReferences } from './find-references.js';
import { ImportedUsers, type ReadyUsers } from './imported-users.js';
import { planForMany } from './plans.js';
import { readUpload } from './read-upload.js';

/** An import lets events of other people through: it waits while so many are on their way. */
const mostWaitingEvents = 50_000;

type ClaimRow = {
  import_id: string;
  format: string;
  dry_run: boolean;
  connection_id: string | null;
  position: string;
  row_number: number;
  columns: Claim['columns'];
  tries: number;
  ending: boolean;
};

@Injectable()
export class PostgresImportWork extends ImportWork {
  private readonly users: ImportedUsers;
  private readonly readied = new WeakMap<ChunkResult, ReadyUsers>();

  constructor(
    private readonly database: Database,
    outbox: Outbox,
    directory: Directory,
  ) {
    super();
    this.users = new ImportedUsers(database, outbox, directory);
  }

  async claim(): Promise<Claim | null> {
    const lease = randomUUID();
    const [row] = await this.query<ClaimRow>(claimOne, [lease]);
    if (!row) return null;
    const claim: Claim = {
      importId: row.import_id as Claim['importId'],
      format: row.format as Claim['format'],
      dryRun: row.dry_run,
      connectionId: row.connection_id as Claim['connectionId'],
      lease,
      position: Number(row.position),
      row: row.row_number,
      columns: row.columns,
      tries: row.tries,
    };
    if (!row.ending) return claim;
    // Its end was decided; whoever decided it did not get to the end of erasing.
    await this.eraseAndEnd(claim);
    return this.claim();
  }

  read(claim: Claim): AsyncIterable<Chunk> {
    return readUpload(() => this.database.sql, { ...claim });
  }

  references(claim: Claim, lines: readonly ImportLine[]): Promise<References> {
    return findReferences(this.database.sql, claim.connectionId, lines);
  }

  known(claim: Claim, wanted: readonly WantedUser[]): Promise<KnownUser[]> {
    return this.database.transaction(async () => {
      await planForMany(this.database.sql);
      await this.query('SET LOCAL enable_seqscan = off', []);
      return findKnown(this.database.sql, claim, wanted);
    });
  }

  prepare({ dryRun }: Claim, result: ChunkResult): void {
    if (!dryRun) this.readied.set(result, this.users.ready(result.users));
  }

  commit(claim: Claim, result: ChunkResult): Promise<boolean> {
    return this.database.transaction(async () => {
      // First, so that of two who work on one import the second waits here, and then finds the place taken.
      const held = await this.query(commitChunk, [
        ...[claim.importId, claim.lease, claim.position, result.position, result.row, JSON.stringify(result.columns)],
        ...[result.counts.created, result.counts.updated, result.counts.unchanged, result.counts.rejected],
        JSON.stringify(countByCode(result)),
      ]);
      if (held.length === 0) return false;
      if (claim.dryRun) await this.keepDrafts(claim, result);
      else await this.users.save(this.readied.get(result) ?? this.users.ready(result.users));
      if (result.rejected.length > 0)
        await this.query(insertRejections, [claim.importId, JSON.stringify(result.rejected)]);
      return true;
    });
  }

  async pace(claim: Claim, signal: AbortSignal): Promise<'at-once' | 'waited' | 'gone'> {
    let paced: 'at-once' | 'waited' = 'at-once';
    while (!claim.dryRun && (await this.waitingEvents()) > mostWaitingEvents) {
      if (signal.aborted || !(await this.renew(claim))) return 'gone';
      await pause(200, undefined, { signal }).catch(() => {}); // woken by the end of the service
      paced = 'waited';
    }
    return signal.aborted ? 'gone' : paced;
  }

  async end(claim: Claim, failure: { code: FileErrorCode; row: number | null } | null): Promise<void> {
    const noted = await this.query(noteEnd, [claim.importId, claim.lease, failure?.code ?? null, failure?.row ?? null]);
    if (noted.length > 0) await this.eraseAndEnd(claim);
  }

  async release({ importId, lease }: Claim, failed: boolean): Promise<void> {
    await this.query(releaseIt, [importId, lease, failed ? 1 : 0]);
  }

  private async eraseAndEnd(claim: Claim): Promise<void> {
    await eraseUpload(
      () => this.database.sql,
      claim.importId,
      () => this.renew(claim),
    );
    await this.query(endIt, [claim.importId, claim.lease]);
  }

  private async renew({ importId, lease }: Claim): Promise<boolean> {
    return (await this.query(renewIt, [importId, lease])).length > 0;
  }

  /** About: ids are also taken by what was never stored. */
  private async waitingEvents(): Promise<number> {
    const [found] = await this.query<{ n: string | null }>(
      'SELECT (SELECT max(id) FROM outbox) - (SELECT min(id) FROM outbox) AS n',
      [],
    );
    return Number(found?.n ?? 0);
  }

  private async keepDrafts({ importId }: Claim, { users }: ChunkResult): Promise<void> {
    await planForMany(this.database.sql);
    await keepDrafts(this.database.sql, importId, users);
  }

  private query<Row>(text: string, values: unknown[]): Promise<Row[]> {
    return this.database.sql.query<Row>(text, values);
  }
}

function countByCode({ rejected }: ChunkResult): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of rejected) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { KnownUsers, type KnownUser } from '../../domain/import/known-users.js';
import { rowProblem, type ImportLine, type RowProblem, type WantedUser } from '../../domain/import/import-row.js';
import { planImportRow } from '../../domain/import/plan-import-row.js';
import { TimeAndIds } from '../time-and-ids.port.js';
import {
  ImportConflict,
  ImportWork,
  UnreadableFile,
  type Chunk,
  type ChunkResult,
  type Claim,
  type ImportedUser,
} from './import-work.port.js';
import { readImportRow } from './read-import-row.js';

/** How often a chunk is decided anew before it is halved, to find the row that others keep getting in the way of. */
const maxTries = 3;
/** An import that stops so often at one place will not get any further. */
const mostStops = 5;

/** Works through the imports that were started, one after the other. */
@Injectable()
export class RunImports {
  constructor(
    private readonly work: ImportWork,
    private readonly fresh: TimeAndIds,
  ) {}

  /** Takes up one import and works on it until it ends or the signal comes. False when there was none. */
  async execute(signal: AbortSignal): Promise<boolean> {
    const claim = await this.work.claim();
    if (!claim) return false;
    try {
      const finished = await this.goThrough(claim, signal);
      if (finished === 'read') await this.work.end(claim, null);
      if (finished === 'stopped') await this.work.release(claim, false);
    } catch (error) {
      if (error instanceof UnreadableFile) await this.work.end(claim, error);
      else if (claim.tries + 1 >= mostStops) await this.work.end(claim, { code: 'import.internal', row: null });
      else {
        await this.work.release(claim, true).catch(() => {}); // else the lease runs out
        throw error;
      }
    }
    return true;
  }

  private async goThrough(claim: Claim, signal: AbortSignal): Promise<'read' | 'stopped' | 'taken'> {
    const chunks = this.work.read(claim)[Symbol.asyncIterator]();
    let next = this.readNext(claim, chunks);
    try {
      for (let read = await next; read && !signal.aborted; read = await next) {
        if (!(await this.work.pace(claim, signal))) return signal.aborted ? 'stopped' : 'taken';
        const result = await this.decide(claim, read);
        // The next rows are read while the database stores these.
        next = this.readNext(claim, chunks);
        next.catch(() => {}); // comes out where it is awaited
        if (!(await this.store(claim, read, result))) return 'taken';
      }
      return signal.aborted ? 'stopped' : 'read';
    } finally {
      await next.catch(() => {}); // said already, or of a chunk that nobody needs any more
      await chunks.return?.();
    }
  }

  private async readNext(claim: Claim, chunks: AsyncIterator<Chunk>): Promise<ReadChunk | null> {
    const { done, value } = await chunks.next();
    return done ? null : this.readRows(claim, value);
  }

  private async store(claim: Claim, read: ReadChunk, decided: ChunkResult): Promise<boolean> {
    for (let [tries, result] = [1, decided]; ; tries++) {
      try {
        const kept = await this.work.commit(claim, result);
        if (kept)
          Object.assign(claim, { position: result.position, row: result.row, columns: result.columns, tries: 0 });
        return kept;
      } catch (error) {
        if (!(error instanceof ImportConflict)) throw error;
        if (tries >= maxTries) return this.storeHalves(claim, read);
      }
      // What was in the way may also be an organization or a connection that is gone.
      result = await this.decide(claim, await this.readRows(claim, read));
    }
  }

  private async storeHalves(claim: Claim, { lines, columns }: ReadChunk): Promise<boolean> {
    const [only] = lines;
    const half = Math.ceil(lines.length / 2);
    const parts: ImportLine[][] =
      only && lines.length === 1
        ? [[{ row: only.row, end: only.end, problem: rowProblem('import.conflict') }]]
        : [lines.slice(0, half), lines.slice(half)];
    for (const part of parts) {
      const read = await this.readRows(claim, { lines: part, columns });
      if (!(await this.store(claim, read, await this.decide(claim, read)))) return false;
    }
    return true;
  }

  private async decide(claim: Claim, { lines, columns, rows }: ReadChunk): Promise<ChunkResult> {
    const wanted = rows.flatMap(({ value }) => value ?? []);
    const before = new Map<UserId, KnownUser>();
    for (const known of wanted.length > 0 ? await this.work.known(claim, wanted) : [])
      before.set(known.user.userId, known);
    const known = new KnownUsers(before.values());
    const last = lines.at(-1);
    const result = blank({ position: last?.end ?? claim.position, row: last?.row ?? claim.row, columns });
    const users = this.planRows(rows, known, result);
    return {
      ...result,
      users: [...users].map(([userId, user]) => ({ before: before.get(userId) ?? null, ...user })),
    };
  }

  /** Row after row: each is decided by what those before it made. */
  private planRows(rows: readonly Row[], known: KnownUsers, result: ChunkResult): Map<UserId, Planned> {
    const now = this.fresh.now();
    const users = new Map<UserId, Planned>();
    for (const { row, value, problem } of rows) {
      if (!value) {
        reject(result, row, problem);
        continue;
      }
      const plan = planImportRow(value, known, { userId: this.fresh.newId('user'), now });
      if (plan.result === 'rejected') {
        reject(result, row, plan.problem);
        continue;
      }
      result.counts[plan.result] += 1;
      if (plan.result === 'unchanged') continue;
      known.put(plan.after);
      const { userId } = plan.after.user;
      const happened = [...(users.get(userId)?.happened ?? []), ...plan.happened];
      users.set(userId, { after: plan.after, happened });
    }
    return users;
  }

  private async readRows(claim: Claim, { lines, columns }: Chunk): Promise<ReadChunk> {
    const references = await this.work.references(claim, lines);
    const newId = () => this.fresh.newId('identity');
    const rows = lines.map(({ row, cells, problem }): Row =>
      cells ? { row, ...readImportRow(cells, references, newId) } : { row, problem },
    );
    return { lines, columns, rows };
  }
}

/** A chunk whose rows are checked by themselves. */
type ReadChunk = Chunk & { rows: Row[] };
type Planned = Pick<ImportedUser, 'after' | 'happened'>;
type Row = { row: number } & ({ value: WantedUser; problem?: undefined } | { value?: undefined; problem: RowProblem });

const blank = (at: Pick<ChunkResult, 'position' | 'row' | 'columns'>): ChunkResult => ({
  ...at,
  counts: { created: 0, updated: 0, unchanged: 0, rejected: 0 },
  users: [],
  rejected: [],
});

function reject(result: ChunkResult, row: number, problem: RowProblem): void {
  result.counts.rejected += 1;
  result.rejected.push({ row, ...problem });
}

import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { keysConcernedBy, keysOf, KnownUsers, type KnownUser } from '../../domain/import/known-users.js';
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
    let next = this.prepare(claim, chunks, null);
    try {
      for (let ahead = await next; ahead && !signal.aborted; ahead = await next) {
        const paced = await this.work.pace(claim, signal);
        if (paced === 'gone') return signal.aborted ? 'stopped' : 'taken';
        const result = (paced === 'at-once' && ahead.result) || (await this.decide(claim, ahead.read));
        // The next rows are read, and decided where they can be, while the database stores these.
        next = this.prepare(claim, chunks, result);
        next.catch(() => {}); // comes out where it is awaited
        const stored = await this.store(claim, ahead.read, result);
        if (stored === 'taken') return 'taken';
        if (stored === 'otherwise') next = next.then((one) => one && { ...one, result: null });
      }
      return signal.aborted ? 'stopped' : 'read';
    } finally {
      await next.catch(() => {}); // said already, or of a chunk that nobody needs any more
      await chunks.return?.();
    }
  }

  /** The next rows; decided too, unless they concern somebody whom the rows being stored make or change. */
  private async prepare(
    claim: Claim,
    chunks: AsyncIterator<Chunk>,
    storing: ChunkResult | null,
  ): Promise<{ read: ReadChunk; result: ChunkResult | null } | null> {
    const read = await this.readNext(claim, chunks);
    if (!read) return null;
    if (read.lines.length === 0 || (storing && concernsAnyOf(storing, read))) return { read, result: null };
    const result = await this.decide(claim, read);
    this.work.prepare(claim, result);
    return { read, result };
  }

  private async readNext(claim: Claim, chunks: AsyncIterator<Chunk>): Promise<ReadChunk | null> {
    const { done, value } = await chunks.next();
    return done ? null : this.readRows(claim, value);
  }

  /** `otherwise` when somebody was in the way, so that it was decided anew. */
  private async store(claim: Claim, read: ReadChunk, decided: ChunkResult): Promise<'stored' | 'otherwise' | 'taken'> {
    for (let [tries, result] = [1, decided]; ; tries++) {
      try {
        if (!(await this.work.commit(claim, result))) return 'taken';
        Object.assign(claim, { position: result.position, row: result.row, columns: result.columns, tries: 0 });
        return tries === 1 ? 'stored' : 'otherwise';
      } catch (error) {
        if (!(error instanceof ImportConflict)) throw error;
        if (tries >= maxTries) return this.storeHalves(claim, read);
      }
      // What was in the way may also be an organization or a connection that is gone.
      result = await this.decide(claim, await this.readRows(claim, read));
    }
  }

  private async storeHalves(claim: Claim, { lines, columns }: ReadChunk): Promise<'otherwise' | 'taken'> {
    const [only] = lines;
    const half = Math.ceil(lines.length / 2);
    const parts: ImportLine[][] =
      only && lines.length === 1
        ? [[{ row: only.row, end: only.end, problem: rowProblem('import.conflict') }]]
        : [lines.slice(0, half), lines.slice(half)];
    for (const part of parts) {
      const read = await this.readRows(claim, { lines: part, columns });
      if ((await this.store(claim, read, await this.decide(claim, read))) === 'taken') return 'taken';
    }
    return 'otherwise';
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

function concernsAnyOf({ users }: ChunkResult, { rows }: ReadChunk): boolean {
  const theirs = new Set(users.flatMap(({ before, after }) => [...(before ? keysOf(before) : []), ...keysOf(after)]));
  return rows.some(({ value }) => value && keysConcernedBy(value).some((key) => theirs.has(key)));
}

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

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
    for await (const chunk of this.work.read(claim)) {
      if (signal.aborted) return 'stopped';
      if (!(await this.work.pace(claim, signal))) return signal.aborted ? 'stopped' : 'taken';
      if (!(await this.take(claim, chunk))) return 'taken';
    }
    return signal.aborted ? 'stopped' : 'read';
  }

  private async take(claim: Claim, chunk: Chunk): Promise<boolean> {
    for (let tries = 1; ; tries++) {
      const result = await this.decide(claim, chunk);
      try {
        const kept = await this.work.commit(claim, result);
        if (kept)
          Object.assign(claim, { position: result.position, row: result.row, columns: result.columns, tries: 0 });
        return kept;
      } catch (error) {
        if (!(error instanceof ImportConflict)) throw error;
        if (tries >= maxTries) return this.takeHalves(claim, chunk);
      }
    }
  }

  private async takeHalves(claim: Claim, { lines, columns }: Chunk): Promise<boolean> {
    const [only] = lines;
    if (only && lines.length === 1) {
      const { row, end } = only;
      return this.take(claim, { lines: [{ row, end, problem: rowProblem('import.conflict') }], columns });
    }
    const half = Math.ceil(lines.length / 2);
    const first = await this.take(claim, { lines: lines.slice(0, half), columns });
    return first && this.take(claim, { lines: lines.slice(half), columns });
  }

  private async decide(claim: Claim, { lines, columns }: Chunk): Promise<ChunkResult> {
    const rows = await this.readRows(claim, lines);
    const wanted = rows.flatMap(({ value }) => value ?? []);
    const before = new Map<UserId, KnownUser>();
    for (const known of wanted.length > 0 ? await this.work.known(claim, wanted) : [])
      before.set(known.user.userId, known);
    const known = new KnownUsers(before.values());
    const now = this.fresh.now();
    const last = lines.at(-1);
    const result = blank({ position: last?.end ?? claim.position, row: last?.row ?? claim.row, columns });
    const users = new Map<UserId, ImportedUser>();
    for (const { row, value, problem } of rows) {
      if (!value) {
        reject(result, row, problem);
        continue;
      }
      const plan = planImportRow(value, known, { userId: this.fresh.newId('user'), now });
      if (plan.result === 'rejected') reject(result, row, plan.problem);
      else result.counts[plan.result] += 1;
      if (plan.result !== 'created' && plan.result !== 'updated') continue;
      known.put(plan.after);
      const { userId } = plan.after.user;
      const happened = [...(users.get(userId)?.happened ?? []), ...plan.happened];
      users.set(userId, { before: before.get(userId) ?? null, after: plan.after, happened });
    }
    return { ...result, users: [...users.values()] };
  }

  private async readRows(claim: Claim, lines: readonly ImportLine[]): Promise<Row[]> {
    const references = await this.work.references(claim, lines);
    const newId = () => this.fresh.newId('identity');
    return lines.map(({ row, cells, problem }) =>
      cells ? { row, ...readImportRow(cells, references, newId) } : { row, problem },
    );
  }
}

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

import { makeId } from '@homerealm/domain';
import { Database } from '@homerealm/events';
import { Sweeper } from '@homerealm/platform';
import type { Moment } from '../use-cases/moment.port.js';

const atATime = 2_000;
/** Steps in one round: what is left waits a minute, and no round keeps the tables busy for long. */
const mostSteps = 10;

/** Deletes attempts past their time, the oldest first. */
export class AttemptSweeper extends Sweeper {
  constructor(
    private readonly database: Database,
    private readonly moment: Moment,
    private readonly keptForDays: number,
  ) {
    super('old attempts');
  }

  async sweep(): Promise<void> {
    for (let step = 0; step < mostSteps && (await this.deleteSome()) === atATime; step++);
  }

  /** @returns how many there were */
  private async deleteSome(): Promise<number> {
    // Attempt ids begin with their time, so the primary key knows the oldest.
    const oldest = this.moment.now() - this.keptForDays * 86_400_000;
    const [, count]: [unknown, number] = await this.database.manager.query(
      `DELETE FROM sign_in_attempt WHERE attempt_id IN (
         SELECT attempt_id FROM sign_in_attempt WHERE attempt_id < $1 ORDER BY attempt_id LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [makeId('attempt', Math.max(0, oldest), new Uint8Array(10)), atATime],
    );
    return count;
  }
}

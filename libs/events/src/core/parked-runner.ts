import { backoff, pause } from './backoff.js';
import { type Consumer, describeError } from './consumer.js';
import type { EventDatabase } from './event-database.js';
import type { StoredRecord } from './event-log.port.js';
import { fingerprint, type Says } from './log.js';
import { isTransient } from './transient.js';

export type ParkedRunnerOptions = {
  service: string;
  database: EventDatabase;
  consumer: Pick<Consumer, 'applyParked'>;
  says: Says;
  /** Topics that this consumer reads now, and those of them where gaps are legal. */
  topics: readonly { name: string; anyLater: boolean }[];
  /** How often to look for subjects that are to be retried, in milliseconds. */
  poll?: number;
};

type Stopped = { topic: string; subject: string; last_seq: string };
type Parked = {
  id: string;
  event_id: string;
  sequence: string | null;
  partition: number;
  log_offset: string;
  headers: Record<string, string>;
  payload: string | null;
};
/** What became of a subject's first parked event. */
type Step = 'none' | 'applied' | { failed: Parked; at: Stopped; error: unknown };

/** Runs parked events again when an operator asks, or when the one that was missing has come. */
export class ParkedRunner {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: ParkedRunnerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /**
   * Runs every subject whose retry is due, each in order, until it is through or fails again.
   * @returns how many events were applied
   * @throws what the world fails with; nothing is lost, and the next call goes on
   */
  async runDue(): Promise<number> {
    for (let applied = 0; ;) {
      const step = await this.step();
      if (step === 'none' || this.stopping.signal.aborted) return applied;
      if (step === 'applied') applied++;
      else await this.putAside(step);
    }
  }

  private async run(): Promise<void> {
    const { poll = 2000, says } = this.options;
    for (let tries = 0; !this.stopping.signal.aborted;) {
      try {
        await this.runDue();
        tries = 0;
        await pause(poll, this.stopping.signal);
      } catch (error) {
        if (tries === 0) says.warn(`A retry waits: ${fingerprint(error)}`);
        await pause(backoff(tries++, poll, 10_000), this.stopping.signal);
      }
    }
  }

  /** One event in one transaction; the lock on its cursor keeps later events of the subject behind it. */
  private async step(): Promise<Step> {
    let [parked, at]: [Parked | undefined, Stopped | undefined] = [undefined, undefined];
    try {
      return await this.options.database.transaction(async () => {
        at = await this.nextSubject();
        if (!at) return 'none';
        parked = await this.firstOf(at);
        if (!parked) await this.open(at);
        else await this.apply(parked, at);
        return 'applied';
      });
    } catch (error) {
      if (isTransient(error) || !parked || !at) throw error;
      return { failed: parked, at, error };
    }
  }

  private async nextSubject(): Promise<Stopped | undefined> {
    const { database, service, topics } = this.options;
    const [row] = await database.sql.query<Stopped>(
      `SELECT topic, subject, last_seq FROM event_inbox WHERE consumer = $1 AND state = 'retry' AND topic = ANY ($2)
       ORDER BY topic, subject LIMIT 1 FOR UPDATE SKIP LOCKED`,
      [service, topics.map(({ name }) => name)],
    );
    return row;
  }

  private async firstOf({ topic, subject }: Stopped): Promise<Parked | undefined> {
    const [row] = await this.options.database.sql.query<Parked>(
      `SELECT id, event_id, sequence, partition, log_offset, headers, payload FROM event_parked
       WHERE consumer = $1 AND topic = $2 AND subject = $3 ORDER BY sequence NULLS FIRST, id LIMIT 1`,
      [this.options.service, topic, subject],
    );
    return row;
  }

  private async apply(parked: Parked, at: Stopped): Promise<void> {
    const { database, consumer, service, topics } = this.options;
    const [last, sequence] = [Number(at.last_seq), parked.sequence === null ? null : Number(parked.sequence)];
    const anyLater = topics.find(({ name }) => name === at.topic)?.anyLater ?? false;
    if (sequence === null || sequence > last) {
      if (sequence !== null && sequence > last + 1 && !anyLater) throw new StillMissing();
      await database.sql.query(
        'UPDATE event_inbox SET last_seq = $4 WHERE consumer = $1 AND topic = $2 AND subject = $3',
        [service, at.topic, at.subject, sequence ?? last],
      );
      await consumer.applyParked(recordOf(parked, at));
    }
    await database.sql.query('DELETE FROM event_parked WHERE id = $1', [parked.id]);
    if (!(await this.firstOf(at))) await this.open(at);
  }

  private async open({ topic, subject }: Stopped): Promise<void> {
    await this.options.database.sql.query(
      `UPDATE event_inbox SET state = 'open' WHERE consumer = $1 AND topic = $2 AND subject = $3`,
      [this.options.service, topic, subject],
    );
  }

  private async putAside({ failed, at, error }: Exclude<Step, string>): Promise<void> {
    const { database, service, says } = this.options;
    const [reason, words] =
      error instanceof StillMissing ? ['gap', 'an earlier event is missing'] : ['failed', describeError(error)];
    await database.transaction(async () => {
      await database.sql.query('UPDATE event_parked SET reason = $2, error = $3, tries = tries + 1 WHERE id = $1', [
        ...[failed.id, reason, words],
      ]);
      await database.sql.query(
        `UPDATE event_inbox SET state = 'parked' WHERE consumer = $1 AND topic = $2 AND subject = $3 AND state = 'retry'`,
        [service, at.topic, at.subject],
      );
    });
    says.error(`Event ${failed.event_id} of ${at.topic} stays parked (${reason}): ${words}`);
  }
}

class StillMissing extends Error {}

const recordOf = (parked: Parked, { topic, subject }: Stopped): StoredRecord => ({
  topic,
  partition: parked.partition,
  offset: BigInt(parked.log_offset),
  key: subject,
  value: parked.payload,
  headers: parked.headers,
});

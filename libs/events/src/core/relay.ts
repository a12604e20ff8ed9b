import pg from 'pg';
import { backoff, pause } from './backoff.js';
import { metrics } from './metrics.js';
import { OutboxTable } from './outbox-table.js';
import { Sender, type SenderOptions } from './sender.js';

/** One relay publishes for a service at a time: whoever holds this lock of the service's database. */
const leaderLock = 7_205_759_403_792;
const wakeChannel = 'homerealm_outbox';

export type RelayOptions = SenderOptions & {
  databaseUrl: string;
  batchSize?: number;
  /** How often to look without having been woken, in milliseconds: for rows of processes that died. */
  idlePoll?: number;
  /** How often a relay that does not lead asks to. */
  leaderPoll?: number;
};

/**
 * Publishes the outbox in order: reads by id, sends one batch at a time, deletes what the log has acknowledged. A crash
 * in between publishes a batch again, never too little. While the log is down, events wait; nobody else notices.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private readonly sender: Sender;
  private running: Promise<void> | undefined;
  private woken = true;
  private rouse = () => {};
  private nudge: (() => void) | undefined;
  isLeader = false;

  constructor(private readonly options: RelayOptions) {
    this.sender = new Sender(options);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** There is something new in the outbox. Cheap, never blocks, never throws. */
  wake = (): void => {
    this.woken = true;
    this.rouse();
    this.nudge?.();
  };

  async close(): Promise<void> {
    this.stopping.abort();
    this.rouse();
    await this.running;
  }

  /**
   * Publishes what is in the outbox now. For tests and tools; a started relay does it by itself.
   * @returns how many events went out
   * @throws Error when another relay leads, or the log is down
   */
  async runOnce(): Promise<number> {
    const client = new pg.Client({ connectionString: this.options.databaseUrl });
    await client.connect();
    try {
      if (!(await tryToLead(client))) throw new Error('another relay is publishing');
      const table = new OutboxTable(client, this.options.batchSize ?? 500);
      let sent = 0;
      for (let batch = await table.next(); batch.length > 0; batch = await table.removeAndNext(batch)) {
        await this.sender.send(batch);
        sent += batch.length;
      }
      return sent;
    } finally {
      await this.sender.discard();
      await client.end();
    }
  }

  private async run(): Promise<void> {
    for (let tries = 0; !this.stopping.signal.aborted; tries++) {
      await this.session(() => (tries = 0)).catch((error: unknown) => this.sender.waits(error));
      this.lead(false);
      await pause(backoff(tries, 100, 2000), this.stopping.signal);
    }
  }

  /** As long as one database connection lasts. The lock lives and dies with it. */
  private async session(settled: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.options.databaseUrl,
      application_name: `${this.options.service} relay`,
      keepAlive: true,
      query_timeout: 30_000,
    });
    const lost = new AbortController();
    const lose = () => {
      lost.abort();
      this.rouse();
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', this.wake);
    await client.connect();
    try {
      settled();
      const ends = AbortSignal.any([lost.signal, this.stopping.signal]);
      while (!ends.aborted && !(await tryToLead(client))) await this.follow(client, ends);
      if (ends.aborted) return;
      await client.query(`LISTEN ${wakeChannel}`);
      this.lead(true);
      if (!(await this.sender.getReady(ends))) return;
      await this.drain(new OutboxTable(client, this.options.batchSize ?? 500), ends);
    } finally {
      await this.sender.discard();
      await client.end().catch(() => {});
    }
  }

  /** Another process leads: tell it when we have written something. */
  private async follow(client: pg.Client, ends: AbortSignal): Promise<void> {
    let told = false;
    this.nudge = () => {
      if (told) return;
      told = true;
      setTimeout(() => {
        told = false;
        client.query(`NOTIFY ${wakeChannel}`).catch(() => {});
      }, 20).unref();
    };
    await pause(this.options.leaderPoll ?? 2000, ends);
    this.nudge = undefined;
  }

  private async drain(table: OutboxTable, ends: AbortSignal): Promise<void> {
    this.woken = false;
    let batch = await table.next();
    while (!ends.aborted) {
      if (batch.length === 0) {
        await this.sleep(ends);
        if (ends.aborted) return;
        this.woken = false;
        batch = await table.next();
        continue;
      }
      const isFull = batch.length === (this.options.batchSize ?? 500);
      const following = isFull ? table.next(batch) : undefined;
      following?.catch(() => {});
      if (!(await this.sender.sendAtLast(batch, ends))) return;
      // A wake from before this select is answered by it.
      this.woken = false;
      if (!following) batch = await table.removeAndNext(batch);
      else [, batch] = await Promise.all([table.remove(batch), following]);
    }
  }

  private async sleep(ends: AbortSignal): Promise<void> {
    if (this.woken || ends.aborted) return;
    const roused = new AbortController();
    this.rouse = () => roused.abort();
    await pause(this.options.idlePoll ?? 1000, roused.signal);
    this.rouse = () => {};
  }

  private lead(isLeader: boolean): void {
    this.isLeader = isLeader;
    metrics.leader.set({ service: this.options.service }, isLeader ? 1 : 0);
  }
}

async function tryToLead(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [leaderLock]);
  return rows[0]?.leads === true;
}

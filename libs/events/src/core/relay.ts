import pg from 'pg';
import { atMost, backoff, pause } from './backoff.js';
import { metrics } from './metrics.js';
import { OutboxTable, type PageLimits } from './outbox-table.js';
import { reach } from './points.js';
import { Sender, type SenderOptions } from './sender.js';
import { WatchedSession } from './watched-session.js';

/** One relay publishes for a service at a time: whoever holds this lock of the service's database. */
const leaderLock = 7_205_759_403_792;
const wakeChannel = 'homerealm_outbox';
/** How long a batch that is being sent may hold up the end. */
const closeDeadline = 10_000;

export type RelayOptions = SenderOptions & {
  databaseUrl: string;
  /** Most rows of one batch. */
  batchSize?: number;
  /** A batch is cut where its payloads reach this; two batches are in memory at a time. */
  batchBytes?: number;
  /** How often to look without having been woken, in milliseconds: for rows of processes that died. */
  idlePoll?: number;
  /** How often a relay that does not lead asks to. */
  leaderPoll?: number;
  /** A leader that is stopped or cut off for so long loses the lead. */
  silence?: number;
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
    await atMost(closeDeadline, this.running ?? Promise.resolve());
    await this.sender.discard();
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
      await OutboxTable.prepare(client);
      const table = this.tableOf(client);
      let sent = 0;
      for (let page = await table.next(); page.rows.length > 0; page = await table.removeAndNext(page)) {
        await this.sender.send(page.rows);
        sent += page.rows.length;
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
    const { databaseUrl: url, service, silence } = this.options;
    const lost = new AbortController();
    const onLost = () => {
      if (lost.signal.aborted) return;
      lost.abort();
      this.rouse();
      // What is being sent may be the next leader's already.
      void this.sender.discard();
    };
    const name = `${service} relay`;
    const session = new WatchedSession({
      ...{ url, name, onLost, onNotification: this.wake },
      ...(silence !== undefined && { silence }),
    });
    const { client } = session;
    try {
      await session.open();
      settled();
      const ends = AbortSignal.any([lost.signal, this.stopping.signal]);
      while (!ends.aborted && !(await tryToLead(client))) await this.follow(client, ends);
      if (ends.aborted) return;
      await client.query(`LISTEN ${wakeChannel}`);
      await OutboxTable.prepare(client);
      this.lead(true);
      const isOurs = () => session.isSure();
      if (!(await this.sender.getReady(ends, isOurs))) return;
      await this.drain(this.tableOf(client), ends, isOurs);
    } finally {
      await this.sender.discard();
      await atMost(1000, session.close());
    }
  }

  private tableOf(client: pg.ClientBase): OutboxTable {
    const { batchSize = 500, batchBytes = 8_000_000 } = this.options;
    const limits: PageLimits = { rows: batchSize, bytes: batchBytes };
    return new OutboxTable(client, limits);
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

  private async drain(table: OutboxTable, ends: AbortSignal, isOurs: () => Promise<boolean>): Promise<void> {
    this.woken = false;
    let page = await table.next();
    while (!ends.aborted) {
      if (page.rows.length === 0) {
        await this.sleep(ends);
        if (ends.aborted) return;
        this.woken = false;
        page = await table.next();
        continue;
      }
      reach('relay.read');
      const following = page.isFull ? table.next(page) : undefined;
      following?.catch(() => {});
      if (!(await this.sender.sendAtLast(page.rows, ends, isOurs))) return;
      reach('relay.sent');
      // A wake from before this select is answered by it.
      this.woken = false;
      if (!following) page = await table.removeAndNext(page);
      else [, page] = await Promise.all([table.remove(page), following]);
      reach('relay.deleted');
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

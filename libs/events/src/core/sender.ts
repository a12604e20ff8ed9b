import { backoff, pause } from './backoff.js';
import { encodeRow, type OutboxRow } from './envelope.js';
import type { EventLog, Publisher } from './event-log.port.js';
import { type Says, StateWords } from './log.js';
import { metrics, timePublish } from './metrics.js';
import { inPublishSpan } from './tracing.js';

export type SenderOptions = {
  service: string;
  log: EventLog;
  says: Says;
  /** Prepares what the publisher needs, topics for one; tried again until it works. */
  prepare?: () => Promise<void>;
};

/** Sends batches of the outbox to the log, one at a time. */
export class Sender {
  private publisher: Publisher | undefined;
  private readonly words: StateWords;

  constructor(private readonly options: SenderOptions) {
    this.words = new StateWords(options.says);
  }

  /**
   * Sends the batch for as long as it takes.
   * @param isOurs asked before each try: after a long stop another relay may have sent these, and later ones
   * @returns false when we have to stop before it went out
   */
  async sendAtLast(batch: OutboxRow[], ends: AbortSignal, isOurs: () => Promise<boolean>): Promise<boolean> {
    for (let tries = 0; !ends.aborted; tries++) {
      try {
        const publisher = await this.open();
        if (ends.aborted || !(await isOurs())) return false;
        await this.publish(publisher, batch);
        this.words.enter('publishing');
        return true;
      } catch (error) {
        metrics.publishFailures.inc({ service: this.options.service });
        this.waits(error);
        // Nobody knows what arrived; a new publisher starts clean, and consumers skip what comes twice.
        await this.discard();
        await pause(backoff(tries, 100, 1000), ends);
      }
    }
    return false;
  }

  /** Prepares before there is anything to send: consumers may come before the first event. */
  getReady(ends: AbortSignal, isOurs: () => Promise<boolean>): Promise<boolean> {
    return this.sendAtLast([], ends, isOurs);
  }

  async send(batch: OutboxRow[]): Promise<void> {
    await this.publish(await this.open(), batch);
  }

  /** Says, once, that events stay where they are. */
  waits(error: unknown): void {
    this.words.enter('waiting', error);
  }

  /** Ends the publisher, and cuts off what it is sending. */
  async discard(): Promise<void> {
    const { publisher } = this;
    this.publisher = undefined;
    await publisher?.close().catch(() => {});
  }

  private async open(): Promise<Publisher> {
    if (this.publisher) return this.publisher;
    const { log, prepare } = this.options;
    await prepare?.();
    return (this.publisher = await log.openPublisher());
  }

  private async publish(publisher: Publisher, batch: OutboxRow[]): Promise<void> {
    if (batch.length === 0) return;
    const { service } = this.options;
    await timePublish(service, () =>
      inPublishSpan(batch, service, (rows) => publisher.publish(rows.map((row) => encodeRow(row, service)))),
    );
    metrics.published.inc({ service }, batch.length);
  }
}

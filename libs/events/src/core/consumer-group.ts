import type { AnyTopic } from '@homerealm/contracts';
import { backoff, pause } from './backoff.js';
import { Bootstrap } from './bootstrap.js';
import { Consumer, type Handle } from './consumer.js';
import type { EventDatabase } from './event-database.js';
import type { EventLog, Subscription } from './event-log.port.js';
import { GroupWatch } from './group-watch.js';
import { fingerprint, type Says } from './log.js';
import { beginAgainWithoutDatabase } from './lost-database.js';
import { metrics, watchConsumer } from './metrics.js';
import { ParkedRunner } from './parked-runner.js';

export type ConsumerGroupOptions = {
  /** Name of the group, of the cursors in the database, and label of the metrics. */
  service: string;
  database: EventDatabase;
  log: EventLog;
  says: Says;
  /** Topics that are followed. */
  topics: AnyTopic[];
  /** State topics that are read once, before the event topic whose state they are is followed for the first time. */
  startFrom?: AnyTopic[];
  handle: Handle;
  /** Topics whose waiting events may share a transaction. */
  together?: (topic: string) => boolean;
  /** How many transactions may be open at a time. */
  concurrency?: number;
  /** Called when the consumer died twice within a minute: end the process, so that a fresh one takes over. */
  onFatal: (error: unknown) => void;
};

const stoppedSql = `
  SELECT topic, count(*)::int AS subjects FROM event_inbox WHERE consumer = $1 AND state <> 'open' GROUP BY topic`;

export type GroupState = 'idle' | 'joining' | 'up' | 'down';

/** A member of a group, with all that belongs to it: inbox, parked events, retries, and the watch over how far it is. */
export class ConsumerGroup {
  private readonly stopping = new AbortController();
  private readonly consumer: Consumer;
  private readonly runner: ParkedRunner;
  private readonly watch: GroupWatch;
  private joining: Promise<void> | undefined;
  private subscription: Subscription | undefined;
  private lastDeath = -Infinity;
  private unwatch = () => {};
  state: GroupState = 'idle';

  constructor(private readonly options: ConsumerGroupOptions) {
    const { topics, startFrom = [] } = options;
    const all = [...topics, ...startFrom];
    this.consumer = new Consumer({ ...options, topics: all, snapshots: startFrom });
    this.runner = new ParkedRunner({
      ...options,
      topics: all.map(({ name, policy }) => ({ name, anyLater: policy.cleanup === 'compact' })),
      consumer: this.consumer,
    });
    this.watch = new GroupWatch(options);
  }

  /** Joins in the background, for as long as it takes: a log that is down keeps nobody from starting. */
  start(): void {
    if (this.joining) return;
    this.enter('joining');
    this.unwatch = this.measure();
    this.runner.start();
    this.joining = this.join();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.joining;
    await Promise.all([this.subscription?.close(), this.runner.close(), this.watch.close()]);
    this.subscription = undefined;
    this.enter('down');
    this.unwatch();
  }

  private measure(): () => void {
    const { service, topics, database } = this.options;
    return watchConsumer(service, {
      topics: topics.map(({ name }) => name),
      parkedSubjects: () => database.sql.query(stoppedSql, [service]),
      lastSign: () => this.subscription?.lastSign,
    });
  }

  /** Partitions that wait for something outside, and since when. */
  get stuckSince(): ReadonlyMap<string, Date> {
    return this.consumer.stuckSince;
  }

  private async join(): Promise<void> {
    const { service, topics, log, says } = this.options;
    for (let tries = 0; !this.stopping.signal.aborted; tries++) {
      try {
        await log.ensureTopics(topics);
        await new Bootstrap({ ...this.options, handleBatch: this.consumer.handleBatch }).run(this.stopping.signal);
        for (const topic of topics) {
          await beginAgainWithoutDatabase(this.options, { consumer: service, group: service, topic });
        }
        if (this.stopping.signal.aborted) return;
        this.subscription = await log.subscribe({
          group: service,
          topics,
          handle: this.consumer.handleBatch,
          onState: (state, error) => this.hear(state, error),
        });
        this.watch.start();
        return;
      } catch (error) {
        if (tries === 0) says.warn(`Cannot join the event log yet: ${fingerprint(error)}`);
        await pause(backoff(tries, 200, 2000), this.stopping.signal);
      }
    }
  }

  private hear(state: 'up' | 'down' | 'dead', error: unknown): void {
    if (this.stopping.signal.aborted) return;
    if (state !== 'dead') return this.enter(state, error);
    this.enter('down', error);
    const again = Date.now() - this.lastDeath < 60_000;
    this.lastDeath = Date.now();
    if (again) return this.options.onFatal(error);
    const dead = this.subscription;
    this.subscription = undefined;
    this.joining = (dead?.close() ?? Promise.resolve()).then(() => this.join());
  }

  private enter(state: GroupState, error?: unknown): void {
    if (state === this.state) return;
    const { says, service } = this.options;
    if (state === 'up') says.info('Receiving events.');
    if (state === 'down' && !this.stopping.signal.aborted) says.warn(`Receiving no events: ${fingerprint(error)}`);
    metrics.consumerUp.set({ service }, state === 'up' ? 1 : 0);
    this.state = state;
  }
}

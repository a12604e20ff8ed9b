import type { AnyTopic } from '@homerealm/contracts';
import { Bootstrap } from './bootstrap.js';
import { Consumer, type Handle } from './consumer.js';
import type { EventDatabase } from './event-database.js';
import type { EventLog } from './event-log.port.js';
import { GroupWatch } from './group-watch.js';
import type { Says } from './log.js';
import { beginAgainWithoutDatabase } from './lost-database.js';
import { type GroupState, Membership } from './membership.js';
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

export type { GroupState } from './membership.js';

/** A member of a group, with all that belongs to it: inbox, parked events, retries, and the watch over how far it is. */
export class ConsumerGroup {
  private readonly consumer: Consumer;
  private readonly runner: ParkedRunner;
  private readonly watch: GroupWatch;
  private membership: Membership | undefined;
  private unwatch = () => {};

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

  get state(): GroupState {
    return this.membership?.state ?? 'idle';
  }

  /** Joins in the background, for as long as it takes: a log that is down keeps nobody from starting. */
  start(): void {
    if (this.membership) return;
    const { service, log, says, topics, onFatal } = this.options;
    this.unwatch = this.measure();
    this.runner.start();
    this.membership = new Membership({
      ...{ log, says, onFatal },
      subscribe: { group: service, topics, handle: this.consumer.handleBatch },
      prepare: (signal) => this.prepare(signal),
      onState: (state) => metrics.consumerUp.set({ service }, state === 'up' ? 1 : 0),
      onJoined: () => this.watch.start(),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.membership?.close(), this.runner.close(), this.watch.close()]);
    this.unwatch();
  }

  private measure(): () => void {
    const { service, topics, database } = this.options;
    return watchConsumer(service, {
      topics: topics.map(({ name }) => name),
      parkedSubjects: () => database.sql.query(stoppedSql, [service]),
      lastSign: () => this.membership?.lastSign,
    });
  }

  /** Partitions that wait for something outside, and since when. */
  get stuckSince(): ReadonlyMap<string, Date> {
    return this.consumer.stuckSince;
  }

  private async prepare(signal: AbortSignal): Promise<void> {
    const { service, topics, log } = this.options;
    await log.ensureTopics(topics);
    await new Bootstrap({ ...this.options, handleBatch: this.consumer.handleBatch }).run(signal);
    for (const topic of topics) {
      await beginAgainWithoutDatabase(this.options, { consumer: service, group: service, topic });
    }
  }
}

import type { AnyTopic } from '@homerealm/contracts';
import type { Handle } from '../core/consumer.js';
import { ConsumerGroup, type GroupState } from '../core/consumer-group.js';
import type { EventDatabase } from '../core/event-database.js';
import type { EventLog } from '../core/event-log.port.js';
import { Freshness } from '../core/freshness.js';
import type { Says } from '../core/log.js';
import type { SqlContext } from './context.js';
import type { Plan } from './handlers.js';
import { Parked } from './parked-of.js';
import { replayTopics, type ReplayRequest } from './replay-topics.js';

export type RunningParts = {
  name: string;
  database: EventDatabase;
  log: EventLog;
  plan: Plan<SqlContext>;
  says: Says;
  onFatal: (error: unknown) => void;
  concurrency?: number | undefined;
};

/** A consumer at work. Close it before the database. */
export class RunningConsumer {
  /** What is put aside, and what to do about it. */
  readonly parked: Parked;
  private readonly freshness: Freshness;
  private group: ConsumerGroup;

  /** Made by `startConsumer`. */
  constructor(private readonly parts: RunningParts) {
    const { database, name } = parts;
    this.parked = new Parked(database, name);
    this.freshness = new Freshness({ database, consumer: name });
    this.group = this.join();
  }

  /** `up` while it is a member of its group. */
  get state(): GroupState {
    return this.group.state;
  }

  /** Partitions that wait for something outside, such as the database, and since when. */
  get stuckSince(): ReadonlyMap<string, Date> {
    return this.group.stuckSince;
  }

  /**
   * Whether all that was told about the subject until a minute ago is applied. False when one of its events is parked or
   * missing, while the past is read again, and when nobody can say. Ask before you decide about access.
   */
  isFresh(topic: AnyTopic, subject: string): Promise<boolean> {
    return this.freshness.isFresh(topic, subject);
  }

  /**
   * Applies the past again, for all topics or some: leaves the group, empties the tables that the handlers registered,
   * and reads from the beginning or from where it is told. `isFresh` is false until it is through.
   * @throws GroupBusyError when other members of the group are still there after half a minute; nothing has changed then
   */
  async replay(request: ReplayRequest = {}): Promise<void> {
    const { followed, startFrom } = this.parts.plan;
    await this.group.close();
    try {
      await replayTopics({ ...this.parts, known: [...followed, ...startFrom] }, request);
    } finally {
      this.group = this.join();
    }
  }

  /** Finishes what is at hand and leaves the group. */
  async close(): Promise<void> {
    await this.group.close();
    await this.parts.log.close();
  }

  private join(): ConsumerGroup {
    const { name, plan, concurrency } = this.parts;
    const group = new ConsumerGroup({
      ...this.parts,
      ...(concurrency === undefined ? {} : { concurrency }),
      service: name,
      topics: plan.followed,
      startFrom: plan.startFrom,
      together: (topic) => plan.handlerOf(topic).together,
      handle: this.handle,
    });
    group.start();
    return group;
  }

  private readonly handle: Handle = async (event, { revision }, { topic, partition, offset, headers }) => {
    const { sql } = this.parts.database;
    await this.parts.plan.handlerOf(topic).handle(event, { topic, partition, offset, headers, revision, sql });
  };
}

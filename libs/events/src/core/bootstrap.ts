import type { AnyTopic } from '@homerealm/contracts';
import { pause } from './backoff.js';
import type { EventDatabase } from './event-database.js';
import type { EventLog, RecordBatch } from './event-log.port.js';
import type { Says } from './log.js';
import { beginAgainWithoutDatabase } from './lost-database.js';

export type BootstrapOptions = {
  service: string;
  database: EventDatabase;
  log: EventLog;
  says: Says;
  topics: AnyTopic[];
  startFrom?: AnyTopic[];
  handleBatch: (batch: RecordBatch) => Promise<void>;
};

/**
 * Lets a new consumer begin with how things are: reads each state topic up to its present end, as a group of its own
 * that several processes may share, and then marks the event topic as known from the start. Later events go on from the
 * sequence of the state. Once per consumer and topic; after a crash it goes on where it was.
 */
export class Bootstrap {
  constructor(private readonly options: BootstrapOptions) {}

  async run(signal: AbortSignal): Promise<void> {
    for (const state of this.options.startFrom ?? []) {
      const topic = this.options.topics.find(({ name }) => name === state.stateOf);
      if (!topic) throw new Error(`${state.name} is not the state of a topic that is followed`);
      if (signal.aborted || (await this.isKnown(topic))) continue;
      this.options.says.info(`Reading ${state.name}, to begin with how things are.`);
      if (await this.readStates(state, signal)) await this.markKnown(topic);
    }
  }

  private async isKnown({ name }: AnyTopic): Promise<boolean> {
    const { database, service } = this.options;
    const sql = 'SELECT 1 FROM event_origin WHERE consumer = $1 AND topic = $2 LIMIT 1';
    return (await database.sql.query(sql, [service, name])).length > 0;
  }

  private async readStates(state: AnyTopic, signal: AbortSignal): Promise<boolean> {
    const { log, service, handleBatch } = this.options;
    const group = bootstrapGroup(service, state);
    await log.ensureTopics([state]);
    await beginAgainWithoutDatabase(this.options, { consumer: service, group, topic: state });
    return readToEnd(log, { topic: state, group, handleBatch }, signal);
  }

  private async markKnown({ name, partitions }: AnyTopic): Promise<void> {
    const { database, service } = this.options;
    await database.sql.query(
      `INSERT INTO event_origin (consumer, topic, partition, first_offset)
       SELECT $1, $2, partition, 0 FROM generate_series(0, $3::int - 1) AS partition ON CONFLICT DO NOTHING`,
      [service, name, partitions],
    );
  }
}

/** The group that reads a state topic once, for a consumer that follows its events. */
export const bootstrapGroup = (consumer: string, state: { name: string }): string =>
  `${consumer}.start-from.${state.name}`;

type Reading = { topic: AnyTopic; group: string; handleBatch: (batch: RecordBatch) => Promise<void> };

/** Reads a topic as a group, up to where it ends now. @returns false when it was stopped before the end */
export async function readToEnd(
  log: EventLog,
  { topic, group, handleBatch }: Reading,
  signal: AbortSignal,
): Promise<boolean> {
  await log.ensureTopics([topic]);
  const ends = await log.bounds(topic.name);
  const subscription = await log.subscribe({ group, topics: [topic], handle: handleBatch });
  try {
    while (!signal.aborted) {
      const position = await log.position(group, topic.name);
      const isBehind = ([part, { start, end }]: [number, { start: bigint; end: bigint }]) =>
        end > start && (position.get(part) ?? 0n) < end;
      if (![...ends].some(isBehind)) return true;
      await pause(100, signal);
    }
    return false;
  } finally {
    await subscription.close();
  }
}

import type { AnyTopic, ReceivedEvent } from '@homerealm/contracts';
import { decodeRecord } from './core/envelope.js';
import type { EventLog, StoredRecord, Subscription } from './core/event-log.port.js';
import { uuid7 } from './core/uuid7.js';

/** An event beside the record it came in. Null: the record is not a declared event of its topic. */
export type TailedEvent = { event: ReceivedEvent<string, unknown> | null; record: StoredRecord };

export type TailOptions = {
  topics: AnyTopic[];
  /** The oldest record that is kept, or what comes from now on. */
  from: 'beginning' | 'now';
  onEvent: (tailed: TailedEvent) => void | Promise<void>;
};

/** Watches topics without leaving a trace: for people, demos and tests. Close it. */
export async function tailEvents(log: EventLog, options: TailOptions): Promise<Subscription> {
  const topics = new Map(options.topics.map((topic) => [topic.name, topic]));
  return log.subscribe({
    group: `tail-${uuid7()}`,
    topics: options.topics,
    from: options.from,
    forget: true,
    handle: async ({ records, done, signal }) => {
      for (const record of records) {
        if (signal.aborted) return;
        await options.onEvent({ event: read(record, topics.get(record.topic)), record });
        done(record);
      }
    },
  });
}

/** Compaction may have removed the last records of a partition; then the log answers, but nothing more comes. */
const quiet = 5000;

/** Reads what a topic holds now, in order for each partition. */
export async function readAll(log: EventLog, topic: AnyTopic): Promise<TailedEvent[]> {
  await log.ensureTopics([topic]);
  const filled = [...(await log.bounds(topic.name))].filter(([, { start, end }]) => end > start);
  const waiting = new Map(filled.map(([partition, { end }]) => [partition, end]));
  const found: TailedEvent[] = [];
  if (waiting.size === 0) return found;
  let finish = () => {};
  const finished = new Promise<void>((resolve) => (finish = resolve));
  let heard = Date.now();
  const onEvent = (tailed: TailedEvent) => {
    const { partition, offset } = tailed.record;
    heard = Date.now();
    found.push(tailed);
    if (offset + 1n >= (waiting.get(partition) ?? 0n)) waiting.delete(partition);
    if (waiting.size === 0) finish();
  };
  const tail = await tailEvents(log, { topics: [topic], from: 'beginning', onEvent });
  const joined = tail.lastSign;
  const look = setInterval(() => {
    if (tail.lastSign === joined) heard = Date.now();
    else if (tail.lastSign - heard > quiet) finish();
  }, 250);
  await finished;
  clearInterval(look);
  await tail.close();
  return found;
}

function read(record: StoredRecord, topic: AnyTopic | undefined): ReceivedEvent<string, unknown> | null {
  try {
    return topic ? decodeRecord(record, topic).event : null;
  } catch {
    return null;
  }
}

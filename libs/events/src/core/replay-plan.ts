import type { AnyTopic } from '@homerealm/contracts';
import { bootstrapGroup } from './bootstrap.js';
import type { EventDatabase } from './event-database.js';
import type { Bounds, EventLog, StoredRecord } from './event-log.port.js';
import { type Range, readBetween } from './read-between.js';

/** Where a replay begins: at the oldest event, at the first one of a moment or later, or at offsets by partition. */
export type ReplayFrom = 'beginning' | { since: Date } | { offsets: ReadonlyMap<number, bigint> };

/** What will happen to one topic. */
export type TopicPlan = {
  topic: AnyTopic;
  /** For each partition: where reading begins again, and up to where it is catching up. */
  partitions: ReadonlyMap<number, { to: bigint; until: bigint }>;
  /** From the beginning: cursors and tables start empty. Else: cursors go back to before the first event read again. */
  whole: boolean;
  /** The first number read again of each subject, unless the replay is whole. */
  firsts: ReadonlyMap<string, number>;
  /** Partitions whose oldest events the log does not hold any more. */
  expired: number[];
  /** State topics that the consumer began with: it will read them first once more. */
  starts: StartPlan[];
};

export type StartPlan = { topic: AnyTopic; group: string; partitions: ReadonlyMap<number, bigint> };

/** How many cursors and parked events of a topic there are, and which tables hold nothing but what it told. */
export type TopicState = { topic: string; cursors: number; parked: number; tables: string[] };

const stateSql = `
  SELECT t.topic,
    (SELECT count(*)::int FROM event_inbox i WHERE i.consumer = $1 AND i.topic = t.topic) AS cursors,
    (SELECT count(*)::int FROM event_parked p WHERE p.consumer = $1 AND p.topic = t.topic) AS parked,
    ARRAY(SELECT table_name FROM event_projection j WHERE j.consumer = $1 AND j.topic = t.topic ORDER BY 1) AS tables
  FROM (
    SELECT topic FROM event_inbox WHERE consumer = $1 UNION SELECT topic FROM event_catch_up WHERE consumer = $1
    UNION SELECT topic FROM event_origin WHERE consumer = $1 UNION SELECT topic FROM event_projection WHERE consumer = $1
  ) t ORDER BY t.topic`;

/** The topics that this database knows of a consumer. None: it is not the consumer's database. */
export const topicStates = (database: EventDatabase, consumer: string): Promise<TopicState[]> =>
  database.sql.query<TopicState>(stateSql, [consumer]);

/** The chosen topics, and those that fill the same tables: a table can only be emptied for all of them. */
export function withTableMates(chosen: readonly string[], states: readonly TopicState[]): string[] {
  const topics = new Set(chosen);
  for (let before = -1; before !== topics.size;) {
    before = topics.size;
    const tables = new Set(states.filter(({ topic }) => topics.has(topic)).flatMap((state) => state.tables));
    const mates = states.filter((state) => state.tables.some((table) => tables.has(table)));
    for (const { topic } of mates) topics.add(topic);
  }
  return [...topics].sort();
}

/**
 * Finds out where to begin, and for a part of the log which subjects are concerned. Changes nothing. State topics that
 * the consumer only began with belong to the plan of the event topic that it follows.
 * @param all every topic there is
 * @throws RangeError when a topic has no such partition or offset
 */
export async function planReplay(
  log: EventLog,
  { consumer, topics, from, all }: { consumer: string; topics: AnyTopic[]; from: ReplayFrom; all: readonly AnyTopic[] },
): Promise<TopicPlan[]> {
  const starts = new Map<string, StartPlan>();
  for (const state of all.filter(({ stateOf }) => stateOf !== undefined)) {
    const group = bootstrapGroup(consumer, state);
    const [begun, followed] = [await log.position(group, state.name), await log.position(consumer, state.name)];
    if (begun.size === 0 || followed.size > 0) continue;
    const partitions = [...(await log.bounds(state.name))].map(([at, { start }]) => [at, start] as const);
    starts.set(state.name, { topic: state, group, partitions: new Map(partitions) });
  }
  const names = new Set(topics.map(({ name, stateOf }) => (starts.has(name) ? stateOf : name)));
  const plans: TopicPlan[] = [];
  for (const topic of all.filter(({ name }) => names.has(name))) {
    const own = from === 'beginning' ? [...starts.values()].filter((start) => start.topic.stateOf === topic.name) : [];
    plans.push({ ...(await planTopic(log, topic, from)), starts: own });
  }
  return plans;
}

async function planTopic(log: EventLog, topic: AnyTopic, from: ReplayFrom): Promise<Omit<TopicPlan, 'starts'>> {
  const bounds = await log.bounds(topic.name);
  const expired = topic.policy.cleanup === 'compact' ? [] : [...bounds].filter(([, { start }]) => start > 0n);
  const plan = { topic, expired: expired.map(([partition]) => partition) };
  if (from === 'beginning') {
    const partitions = new Map([...bounds].map(([at, { start, end }]) => [at, { to: start, until: end }]));
    return { ...plan, partitions, whole: true, firsts: new Map() };
  }
  return { ...plan, whole: false, ...(await readPart(log, topic, startsOf(bounds, from), from)) };
}

type Part = Pick<TopicPlan, 'partitions' | 'firsts'>;

function startsOf(bounds: ReadonlyMap<number, Bounds>, from: Exclude<ReplayFrom, 'beginning'>): Map<number, Range> {
  if ('since' in from) return new Map([...bounds].map(([at, { end }]) => [at, { until: end }]));
  const starts = new Map<number, Range>();
  for (const [partition, offset] of from.offsets) {
    const { start, end } = bounds.get(partition) ?? { start: 1n, end: 0n };
    if (offset < start || offset > end) throw new RangeError(`partition ${partition} holds no offset ${offset}`);
    starts.set(partition, { from: offset, until: end });
  }
  return starts;
}

async function readPart(
  log: EventLog,
  topic: AnyTopic,
  ranges: ReadonlyMap<number, Range>,
  from: Exclude<ReplayFrom, 'beginning'>,
): Promise<Part> {
  const starts = new Map('since' in from ? [] : from.offsets);
  const firsts = new Map<string, number>();
  await readBetween(log, topic, ranges, (record) => {
    const { partition, offset, key } = record;
    if (!starts.has(partition) && 'since' in from && timeOf(record) >= from.since.getTime()) {
      starts.set(partition, offset);
    }
    const number = Number(record.headers['ce_revision'] ?? record.headers['ce_sequence']);
    if (starts.has(partition) && key !== null && number < (firsts.get(key) ?? Infinity)) firsts.set(key, number);
  });
  const partitions = [...ranges].map(([at, { until }]) => [at, { to: starts.get(at) ?? until, until }] as const);
  return { partitions: new Map(partitions), firsts };
}

/** A record without a time is as good as new: better read once more than left out. */
const timeOf = ({ headers }: StoredRecord): number => Date.parse(headers['ce_time'] ?? '') || Infinity;

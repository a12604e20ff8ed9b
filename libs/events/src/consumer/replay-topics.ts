import type { AnyTopic } from '@homerealm/contracts';
import { pause } from '../core/backoff.js';
import type { EventDatabase } from '../core/event-database.js';
import { type EventLog, GroupBusyError } from '../core/event-log.port.js';
import { planReplay, type ReplayFrom, topicStates, withTableMates } from '../core/replay-plan.js';
import { replay } from '../core/replay.js';

export type ReplayRequest = {
  /** Left out: all that the consumer follows. Topics that fill the same tables come along. */
  topics?: readonly AnyTopic[];
  /** By default the oldest event that the log holds. */
  from?: ReplayFrom;
};

type Replayed = { name: string; database: EventDatabase; log: EventLog; known: readonly AnyTopic[] };

/** A member that left counts for a moment; one that was killed, for its session time-out. */
const patience = 30_000;

/** @throws GroupBusyError when the group has members for too long */
export async function replayTopics(at: Replayed, { topics, from = 'beginning' }: ReplayRequest): Promise<void> {
  const { name: consumer, database, log, known } = at;
  const chosen = (topics ?? known).map(({ name }) => name);
  const names = withTableMates(chosen, await topicStates(database, consumer));
  const all = known.filter((topic) => names.includes(topic.name));
  for (const deadline = Date.now() + patience; ;) {
    try {
      const plans = await planReplay(log, { consumer, topics: all, from, all: known });
      return await replay(database, log, { consumer, plans });
    } catch (error) {
      if (!(error instanceof GroupBusyError) || Date.now() > deadline) throw error;
      await pause(1000);
    }
  }
}

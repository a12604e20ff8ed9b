import { groupsTopic, profileClaimsTopic, profileTopic, signInTopic, userTopic } from '@homerealm/contracts';
import { openEventLog, tailEvents } from '@homerealm/events';
import type { LocalFile } from '../local-file.js';

export type SeenEvent = { topic: string; type: string; subject: string; sequence: number; data: unknown };

export type Follower = {
  /** The user's events so far, as soon as they are enough. */
  until(userId: string, enough: (events: readonly SeenEvent[]) => boolean, signal: AbortSignal): Promise<SeenEvent[]>;
  close(): Promise<void>;
};

const patienceMs = 30_000;

/** Hears what happens to users from now on, wherever events travel in this system. */
export async function followUser({ kafka, postgres }: LocalFile): Promise<Follower> {
  const log = openEventLog(
    kafka
      ? { EVENT_LOG: 'kafka', KAFKA_BROKERS: kafka.brokers }
      : { EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: postgres.eventLog },
  );
  const seen: SeenEvent[] = [];
  let news = () => {};
  const tail = await tailEvents(log, {
    topics: [signInTopic, profileClaimsTopic, userTopic, profileTopic, groupsTopic],
    from: 'now',
    onEvent: ({ event, record }) => {
      if (event) seen.push({ ...event, topic: record.topic });
      news();
    },
  });
  return {
    until: async (userId, enough, signal) => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      for (;;) {
        const mine = seen.filter(({ subject }) => subject === userId);
        if (enough(mine)) return mine;
        await new Promise<void>((resolve, reject) => {
          news = resolve;
          if (deadline.aborted) reject(toError(mine));
          deadline.addEventListener('abort', () => reject(toError(mine)), { once: true });
        });
      }
    },
    close: async () => {
      await tail.close();
      await log.close();
    },
  };
}

const toError = (events: readonly SeenEvent[]): Error =>
  new Error(`Not all events came; those that did: ${events.map(({ type }) => type).join(', ') || 'none'}`);

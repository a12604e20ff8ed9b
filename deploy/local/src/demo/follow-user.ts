import {
  connectionTopic,
  groupsTopic,
  profileClaimsTopic,
  profileTopic,
  signInTopic,
  userTopic,
} from '@homerealm/contracts';
import { openEventLog, tailEvents } from '@homerealm/events';
import type { LocalFile } from '../local-file.js';

export type SeenEvent = { topic: string; type: string; subject: string; sequence: number; data: unknown };

export type Follower = {
  /** The events so far of a user, an attempt or a connection, as soon as they are enough. */
  until(subject: string, enough: (events: readonly SeenEvent[]) => boolean, signal: AbortSignal): Promise<SeenEvent[]>;
  close(): Promise<void>;
};

const patienceMs = 30_000;

/** Hears what happens to users and connections from now on, wherever events travel in this system. */
export async function followUser({ kafka, postgres }: LocalFile): Promise<Follower> {
  const log = openEventLog(
    kafka
      ? { EVENT_LOG: 'kafka', KAFKA_BROKERS: kafka.brokers }
      : { EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: postgres.eventLog },
  );
  const seen: SeenEvent[] = [];
  let news = () => {};
  const tail = await tailEvents(log, {
    topics: [signInTopic, profileClaimsTopic, userTopic, profileTopic, groupsTopic, connectionTopic],
    from: 'now',
    onEvent: ({ event, record }) => {
      if (event) seen.push({ ...event, topic: record.topic });
      news();
    },
  });
  return {
    until: async (wanted, enough, signal) => {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
      deadline.addEventListener('abort', () => news());
      for (;;) {
        const mine = seen.filter(({ subject }) => subject === wanted);
        if (enough(mine)) return mine;
        signal.throwIfAborted();
        if (deadline.aborted) throw toError(mine);
        await new Promise<void>((resolve) => (news = resolve));
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

import { openEventLog, tailEvents } from '@homerealm/events';
import type { ShownEvent } from './event-feed.js';
import { shownTopics, toShown } from './topics.js';

/** Reads the events there are and those that come from the embedded log, which has no client of its own. */
export async function tailPostgresLog(url: string, onEvent: (event: ShownEvent) => void): Promise<void> {
  const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: url });
  await tailEvents(log, {
    topics: shownTopics,
    from: 'beginning',
    onEvent: ({ record }) => {
      const shown = toShown(record);
      if (shown) onEvent(shown);
    },
  });
}

import type { Settings } from '../config.js';
import { EventFeed } from './event-feed.js';
import { tailKafka } from './tail-kafka.js';
import { tailPostgresLog } from './tail-postgres-log.js';

/** Fills the feed from the log that the environment names, and tries again when the log cannot be read. */
export function followEvents(settings: Settings): EventFeed {
  const feed = new EventFeed();
  if (settings.eventLog.kind !== 'none') void keepTailing(settings.eventLog, feed);
  return feed;
}

async function keepTailing(log: Exclude<Settings['eventLog'], { kind: 'none' }>, feed: EventFeed): Promise<void> {
  for (;;) {
    try {
      if (log.kind === 'kafka') await tailKafka(log.brokers, (event) => feed.add(event));
      else await tailPostgresLog(log.url, (event) => feed.add(event));
      return;
    } catch (problem) {
      process.stderr.write(`The event log cannot be read yet: ${(problem as Error).message}\n`);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

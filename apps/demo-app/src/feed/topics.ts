import { groupsTopic, profileClaimsTopic, profileTopic, signInTopic, userTopic } from '@homerealm/contracts';
import type { ShownEvent } from './event-feed.js';

/**
 * What happens to users. Two of these topics are restricted, because they carry personal data; the demo may read them
 * because it shows each person their own, on the machine of the developer.
 */
export const shownTopics = [signInTopic, profileClaimsTopic, userTopic, profileTopic, groupsTopic];

type StoredRecord = { topic: string; key: string | null; value: string | null; headers: Record<string, string> };

/** A record of the log as the page shows it; undefined for one that is not an event in our envelope. */
export function toShown({ topic, key, value, headers }: StoredRecord): ShownEvent | undefined {
  const type = headers['ce_type'];
  if (!type || !key) return undefined;
  return {
    topic,
    type,
    subject: key,
    sequence: headers['ce_sequence'] ?? '',
    time: headers['ce_time'] ?? '',
    data: parse(value),
  };
}

function parse(value: string | null): unknown {
  if (value === null) return null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

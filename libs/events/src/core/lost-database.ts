import type { AnyTopic } from '@homerealm/contracts';
import type { EventDatabase } from './event-database.js';
import type { EventLog } from './event-log.port.js';
import type { Says } from './log.js';

const knowsSql = `
  SELECT EXISTS (SELECT 1 FROM event_inbox WHERE consumer = $1 AND topic = $2)
    OR EXISTS (SELECT 1 FROM event_origin WHERE consumer = $1 AND topic = $2) AS knows`;

/**
 * The database says what was applied, the group's position only where to read on. A group that has a position while its
 * database knows nothing of the topic has lost that database: it begins again, or it would miss everything before.
 * @throws GroupBusyError while other members read on
 */
export async function beginAgainWithoutDatabase(
  { database, log, says }: { database: EventDatabase; log: EventLog; says: Says },
  { consumer, group, topic }: { consumer: string; group: string; topic: AnyTopic },
): Promise<void> {
  const [row] = await database.sql.query<{ knows: boolean }>(knowsSql, [consumer, topic.name]);
  if (row?.knows) return;
  const [bounds, position] = [await log.bounds(topic.name), await log.position(group, topic.name)];
  const starts = new Map([...bounds].map(([partition, { start }]) => [partition, start]));
  const isBeyond = [...position].some(([partition, at]) => at > (starts.get(partition) ?? 0n));
  if (!isBeyond) return;
  says.warn(`The database of ${consumer} knows nothing of ${topic.name}: reading it from the beginning.`);
  await log.movePosition(group, topic.name, starts);
}

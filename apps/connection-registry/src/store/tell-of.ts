import { connectionTopic } from '@homerealm/contracts';
import { ConnectionId, Strategy } from '@homerealm/domain';
import { event, type Outbox } from '@homerealm/events';
import type { EntityManager } from 'typeorm';
import type { ConnectionHappening } from '../domain/connection.js';

type About = { connectionId: ConnectionId; revision: number; strategy: Strategy };

/**
 * Holds a connection as it is until the end of the transaction, so that what is told of it stands in the right place
 * among its changes. Undefined when it is gone.
 */
export async function holdConnection(manager: EntityManager, connectionId: string): Promise<About | undefined> {
  const [row] = (await manager.query(
    'SELECT connection_id, revision, strategy FROM connection WHERE connection_id = $1 FOR NO KEY UPDATE',
    [connectionId],
  )) as { connection_id: string; revision: number; strategy: string }[];
  if (row === undefined) return undefined;
  const { connection_id, revision, strategy } = row;
  return { connectionId: ConnectionId.parse(connection_id), revision, strategy: Strategy.parse(strategy) };
}

/** Tells something that happened around a connection and left its settings as they are. */
export async function tellOf(outbox: Outbox, { type, data }: ConnectionHappening): Promise<void> {
  await outbox.append(event(connectionTopic, type, data.connectionId, data));
}

import { ConnectionId } from '@homerealm/domain';
import type { Connection } from '../domain/connection.js';
import { connectionErrors } from '../domain/connection.errors.js';
import type { Connections, OpenConnections } from './connections.port.js';

/** @throws `connection.not-found` */
export async function findConnection(connections: Connections, id: string): Promise<Connection> {
  const connection = await connections.find(parseConnectionId(id));
  if (connection === undefined) throw connectionErrors('connection.not-found');
  return connection;
}

/** Text that is no connection id names no connection. */
export function parseConnectionId(id: string): ConnectionId {
  const parsed = ConnectionId.safeParse(id);
  if (!parsed.success) throw connectionErrors('connection.not-found');
  return parsed.data;
}

/** Locks a connection for a change. `revision` is the one the caller saw; undefined asks for no check. */
export async function lockConnection(
  connections: OpenConnections,
  id: ConnectionId,
  revision: number | undefined,
): Promise<Connection> {
  const connection = await connections.lock(id);
  if (connection === undefined) throw connectionErrors('connection.not-found');
  if (revision !== undefined && revision !== connection.settings.revision) {
    throw connectionErrors('connection.revision-conflict', {}, 'If-Match');
  }
  return connection;
}

import type { ConnectionSettings } from '@homerealm/contracts';
import { problem, refuse } from '../domain/problems.js';
import type { OpenConnections } from './connections.port.js';

/**
 * Names every clash at once. Two who ask at the same moment may both pass here; the database's unique indexes let
 * one of them through.
 */
export async function refuseTaken(connections: OpenConnections, settings: ConnectionSettings): Promise<void> {
  const { connectionId, name, homeRealmDomains } = settings;
  const taken = await connections.findTaken(name, homeRealmDomains, connectionId);
  refuse([
    ...(taken.name ? [problem('connection.name-taken', 'name')] : []),
    ...(taken.domains.length > 0
      ? [problem('connection.domain-taken', 'homeRealmDomains', taken.domains.join(', '))]
      : []),
  ]);
}

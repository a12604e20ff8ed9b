import { type FederationProvider, isFederationConnection } from '@homerealm/contracts';
import { about, type Connection, type Decision, nextRevision } from './connection.js';
import { connectionErrors } from './connection.errors.js';
import { isSameProvider } from './decide-change.js';

/**
 * Takes what was read of a provider again. Undefined when it is what it was: then the stored reading stays, with its
 * time.
 * @throws `connection.metadata-entity-changed`: who people are hangs on the entity ID, so only an admin changes it
 */
export function decideRefresh(connection: Connection, provider: FederationProvider, now: Date): Decision | undefined {
  const { settings } = connection;
  if (!isFederationConnection(settings) || isSameProvider(settings.provider, provider)) return undefined;
  if (settings.provider.entityId !== provider.entityId) throw connectionErrors('connection.metadata-entity-changed');
  const next = nextRevision(connection, { provider }, now);
  const changed = ['provider'];
  return {
    connection: next,
    happened: { type: 'ConnectionChanged', data: { ...about(next), changed } },
    changed,
    credentialsChanged: false,
  };
}

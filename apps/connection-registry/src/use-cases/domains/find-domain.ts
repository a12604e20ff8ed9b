import { normalizeDomainName } from '@homerealm/domain';
import type { Connection } from '../../domain/connection.js';
import { connectionErrors } from '../../domain/connection.errors.js';
import type { Connections } from '../connections.port.js';
import { findConnection } from '../find-connection.js';

/** The connection and its home realm domain, in any spelling of it. @throws `connection.domain-not-found` */
export async function findDomain(
  connections: Connections,
  id: string,
  text: string,
): Promise<{ connection: Connection; domain: string }> {
  const connection = await findConnection(connections, id);
  const domain = normalizeDomainName(text);
  if (domain === undefined || !connection.settings.homeRealmDomains.includes(domain)) {
    throw connectionErrors('connection.domain-not-found');
  }
  return { connection, domain };
}

import type { ConnectionSettings } from '@homerealm/contracts';
import { isChosenBy, isForApplication, type Asker } from './discover-home.js';

export type Button = { connectionId: string; displayName: string };

/** More buttons than this help nobody; the email field finds every connection that has a home realm domain. */
export const mostButtons = 12;

/** A connection with home realm domains is found by email, so it has a button only when it asks for one. */
export function wantsButton(connection: Pick<ConnectionSettings, 'homeRealmDomains' | 'alwaysShowButton'>): boolean {
  return connection.homeRealmDomains.length === 0 || connection.alwaysShowButton;
}

/**
 * The buttons of the sign-in page: enabled connections of the organization asked for and of the whole environment,
 * where the application may use them and wants them. The organization's own come first, then by name.
 */
export function listButtons(connections: readonly ConnectionSettings[], asker: Asker): Button[] {
  return connections
    .filter(
      (connection) =>
        connection.state === 'enabled' &&
        wantsButton(connection) &&
        isForApplication(connection, asker) &&
        isChosenBy(asker, connection) &&
        (connection.organizationId === null || connection.organizationId === asker.organizationId),
    )
    .sort(ownFirstThenByName)
    .slice(0, mostButtons)
    .map(({ connectionId, displayName }) => ({ connectionId, displayName }));
}

function ownFirstThenByName(a: ConnectionSettings, b: ConnectionSettings): number {
  const own = Number(a.organizationId === null) - Number(b.organizationId === null);
  if (own !== 0) return own;
  return a.displayName.localeCompare(b.displayName) || a.connectionId.localeCompare(b.connectionId);
}

import type { HeadlessStrategy } from './headless-strategy.js';
import type { EntraConnection } from './entra-connection.js';
import { metadataUrl, placeOf } from './provider-metadata.js';

const mostStrategies = 1_000;

/**
 * Strategy objects, one per connection and revision. They hold settings only, no credential. The library behind them is
 * large, and loaded for the first one: not every process that can speak to Entra ever does.
 */
export function createStrategies(): { of(connection: EntraConnection): Promise<HeadlessStrategy> } {
  const kept = new Map<string, { settings: string; strategy: HeadlessStrategy }>();
  return {
    async of(connection) {
      const { HeadlessStrategy: Strategy } = await import('./headless-strategy.js');
      const settings = settingsOf(connection);
      // The revision should say it all; comparing the settings too costs nothing and trusts nobody.
      const fingerprint = JSON.stringify([connection.revision, settings]);
      const found = kept.get(connection.connectionId);
      if (found?.settings === fingerprint) return found.strategy;
      const strategy = new Strategy(settings);
      kept.delete(connection.connectionId);
      kept.set(connection.connectionId, { settings: fingerprint, strategy });
      for (const oldest of kept.keys()) {
        if (kept.size <= mostStrategies) break;
        kept.delete(oldest);
      }
      return strategy;
    },
  };
}

function settingsOf(connection: EntraConnection) {
  return {
    metadataUrl: metadataUrl(placeOf(connection)),
    clientId: connection.clientId,
    callbackUrl: connection.callbackUrl,
    scope: scopesOf(connection),
    sessionKey: sessionKey(connection),
  };
}

/** Where the library looks for state and nonce: another place for each connection. */
export function sessionKey({ connectionId }: Pick<EntraConnection, 'connectionId'>): string {
  return `entra:${connectionId}`;
}

/** Only what the settings need: User.Read is what lets a person's own token read their groups, profile and photo. */
export function scopesOf(connection: Pick<EntraConnection, 'getUserGroups' | 'extendedProfile' | 'scopes'>): string[] {
  const graph = connection.getUserGroups || connection.extendedProfile ? ['User.Read'] : [];
  return [...new Set(['openid', 'profile', 'email', ...graph, ...(connection.scopes ?? [])])];
}

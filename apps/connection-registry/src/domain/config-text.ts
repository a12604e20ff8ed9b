import { type ConnectionSettings, type FederationProvider, isFederationConnection } from '@homerealm/contracts';
import type { Connection } from './connection.js';
import { omit } from './omit.js';
import { sortedJson } from './sorted-json.js';

/**
 * One text for everything that decides how a sign-in goes; equal texts mean equal behaviour.
 *
 * Names, buttons and the list of allowed tenants stand outside: the list decides who may come, not whether the way
 * works, and an admin who lets a tenant in from the waiting room has nothing new to test
 * (docs/decisions/0015-a-test-proves-the-way-not-the-guests.md).
 */
export function configText({ settings, credentials }: Connection): string {
  const way = omit(settings, 'revision', 'state', 'name', 'displayName', 'alwaysShowButton');
  const deciding = Object.fromEntries(Object.entries(way).filter(([field]) => field !== 'allowedTenants'));
  return sortedJson({
    ...deciding,
    ...decidingProvider(settings),
    credentials: credentials.map(({ credentialId }) => credentialId),
  });
}

/**
 * The certificates of a provider that renews them itself are not what was tested: a rollover needs nobody. Those of
 * pasted metadata are an admin's choice, and so are those that are pinned, which stand in the settings.
 */
function decidingProvider(settings: ConnectionSettings): { provider?: object } {
  if (!isFederationConnection(settings)) return {};
  const provider = omit(settings.provider, 'readAt', 'certificates');
  return { provider: settings.metadataUrl === null ? { ...provider, ...signers(settings.provider) } : provider };
}

const signers = ({ certificates }: FederationProvider) => ({
  certificates: certificates.map(({ thumbprintSha256 }) => thumbprintSha256),
});

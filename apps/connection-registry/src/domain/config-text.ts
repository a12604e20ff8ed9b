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
  return sortedJson({ ...deciding, credentials: credentials.map(({ credentialId }) => credentialId) });
}

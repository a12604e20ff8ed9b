import type { Connection } from './connection.js';
import { omit } from './omit.js';
import { sortedJson } from './sorted-json.js';

/** One text for everything that decides how a sign-in goes; equal texts mean equal behaviour. */
export function configText({ settings, credentials }: Connection): string {
  const deciding = omit(settings, 'revision', 'state', 'name', 'displayName', 'alwaysShowButton');
  return sortedJson({ ...deciding, credentials: credentials.map(({ credentialId }) => credentialId) });
}

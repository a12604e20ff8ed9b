import type { Connection } from './connection.js';
import { sortedJson } from './sorted-json.js';

/** One text for everything that decides how a sign-in goes; equal texts mean equal behaviour. */
export function configText({ settings, credentials }: Connection): string {
  const { revision: _, state: __, name: ___, displayName: ____, alwaysShowButton: _____, ...deciding } = settings;
  return sortedJson({ ...deciding, credentials: credentials.map(({ credentialId }) => credentialId) });
}

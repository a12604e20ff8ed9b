import type { FederationConnectionSettings } from '@homerealm/contracts';

/**
 * Where a provider sends people, and its own messages, when they sign out. Made from the registered callback address, so
 * that providers find exactly what their admins were told.
 */
export const signOutUrl = ({ callbackUrl, connectionId }: FederationConnectionSettings): string =>
  `${new URL(callbackUrl).origin}/login/logout/${connectionId}`;

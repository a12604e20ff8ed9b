import {
  type ConnectionSettings,
  type EntraConnectionSettings,
  isEntraConnection,
  isFederationConnection,
  speaksForTenant,
} from '@homerealm/contracts';

/** A connection's application at Microsoft Entra ID, as far as it is needed to ask Microsoft Graph. */
export type GraphApplication = Pick<
  EntraConnectionSettings,
  | 'connectionId'
  | 'revision'
  | 'strategy'
  | 'authority'
  | 'graphOrigin'
  | 'tenantId'
  | 'useCommonEndpoint'
  | 'allowedTenants'
  | 'clientId'
  | 'callbackUrl'
  | 'extendedProfile'
  | 'getUserGroups'
>;

/**
 * The application that reads groups in the background about people of this tenant; undefined where none may. Of
 * WS-Federation and SAML connections only one that speaks for the tenant does, and only about that tenant's people (A33).
 */
export function graphApplicationOf(
  settings: ConnectionSettings,
  hasCredentials: boolean,
  tenantId: string,
): GraphApplication | undefined {
  if (settings.state !== 'enabled') return undefined;
  if (isEntraConnection(settings)) return settings.backgroundGroups ? settings : undefined;
  if (!isFederationConnection(settings) || !speaksForTenant(settings)) return undefined;
  const { backgroundGroups, clientId } = settings;
  if (!backgroundGroups || clientId === null || !hasCredentials) return undefined;
  if (settings.tenantId.toLowerCase() !== tenantId.toLowerCase()) return undefined;
  return { ...settings, clientId, useCommonEndpoint: false, allowedTenants: [], extendedProfile: false };
}

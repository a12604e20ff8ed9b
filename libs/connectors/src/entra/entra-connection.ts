/** What proves to Entra that we are the connection's application. Opened at use, never kept. */
export type EntraCredential =
  { kind: 'client-secret'; value: string } | { kind: 'certificate'; privateKeyPem: string; certificatePem: string };

/** A connection of the strategy `entra-oauth2`, as this connector needs it. */
export type EntraConnection = {
  connectionId: string;
  /** Grows with each change of the settings. */
  revision: number;
  /** Origin of the sign-in host; must be on the operator's list together with `graphOrigin`. */
  authority: string;
  graphOrigin: string;
  /** The tenant the connection is pinned to (GUID). */
  tenantId: string;
  useCommonEndpoint: boolean;
  /** Tenants that may sign in through the common endpoint (GUIDs). */
  allowedTenants: string[];
  clientId: string;
  /** In the order to be tried: the next one is used when Entra answers `invalid_client`. */
  credentials: EntraCredential[];
  callbackUrl: string;
  extendedProfile: boolean;
  getUserGroups: boolean;
  /** Asked for in addition to what the settings need. */
  scopes?: string[];
};

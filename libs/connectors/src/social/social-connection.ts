import type { EntraCredential } from '../entra/entra-connection.js';

/** A connection to a provider that is known by its issuer, as its connector needs it. */
export type SocialConnection = {
  connectionId: string;
  strategy: 'google' | 'linkedin' | 'github' | 'microsoft' | 'oidc';
  /** Exactly as the provider writes it in its tokens. */
  issuer: string;
  clientId: string;
  /** In the order to be tried: the next one is used when the provider refuses one. Client secrets only, for now. */
  credentials: EntraCredential[];
  callbackUrl: string;
};

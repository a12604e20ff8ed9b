import type { UpstreamHttp } from '../http/upstream-http.js';
import type { UpstreamProtocol } from '../upstream-protocol.js';
import { upstreamErrors } from '../upstream.errors.js';
import type { EntraAuthorities } from './authorities.js';
import type { EntraConnection } from './entra-connection.js';

export type EntraProtocolOptions = {
  http: UpstreamHttp;
  authorities: EntraAuthorities;
  /** Milliseconds that Graph calls of one sign-in may take together. */
  graphBudgetMs?: number;
  /** Milliseconds between two refreshes of signing keys that were caused by an unknown key id. */
  keyCooldownMs?: number;
  /** Milliseconds since 1970; for ages of cached metadata only. */
  clock?: () => number;
};

/** Sign-in through Microsoft Entra ID with OpenID Connect (authorization code, PKCE). */
export function createEntraProtocol(options: EntraProtocolOptions): UpstreamProtocol<EntraConnection> {
  void options;
  return {
    strategy: 'entra-oauth2',
    begin: () => Promise.reject(upstreamErrors('upstream.unexpected')),
    complete: () => Promise.resolve({ outcome: 'refused', code: 'upstream.unexpected', checks: [] }),
  };
}

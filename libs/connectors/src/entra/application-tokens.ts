import { Refusal } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { own } from '../json.js';
import { askTokenEndpoint } from './ask-token-endpoint.js';
import { checkAuthority, type EntraAuthorities } from './authorities.js';
import type { EntraConnection } from './entra-connection.js';
import { createProviders } from './providers.js';

/** Access tokens of applications themselves (client credentials) for Microsoft Graph. */
export type ApplicationTokens = {
  /**
   * A token for the person's tenant, kept until five minutes before its end.
   * @throws Error when the provider gives none
   */
  get(connection: EntraConnection, tenantId: string, options: { now: Date; signal?: AbortSignal }): Promise<string>;
};

type Kept = { token: string; expiresAt: number };
const spareMs = 5 * 60 * 1000;
const mostTokens = 1_000;

export function createApplicationTokens(dependencies: {
  http: UpstreamHttp;
  /** Looked at for each token; where absent, the list of `http` alone decides who is asked. */
  authorities?: EntraAuthorities;
  /** Milliseconds since 1970; for ages of cached metadata only. */
  clock?: () => number;
}): ApplicationTokens {
  const { http, authorities, clock = Date.now } = dependencies;
  const providers = createProviders({ http, clock, keyCooldownMs: 60_000 });
  const kept = new Map<string, Kept>();
  const asked = new Map<string, Promise<Kept>>();

  async function ask(connection: EntraConnection, tenantId: string, now: Date, signal?: AbortSignal): Promise<Kept> {
    if (authorities) checkAuthority(authorities, connection);
    const { metadata } = await providers.get({ authority: connection.authority, segment: tenantId.toLowerCase() });
    const form = { grant_type: 'client_credentials', scope: `${connection.graphOrigin}/.default` };
    const { tokenEndpoint } = metadata;
    const { reply } = await askTokenEndpoint(http, { tokenEndpoint, connection, form, now, signal });
    const [token, seconds] = [own(reply, 'access_token'), Number(own(reply, 'expires_in'))];
    if (typeof token !== 'string' || !/^[\x21-\x7e]{1,65536}$/.test(token)) {
      throw new Refusal('upstream.token-request', 'upstream.token-answer-invalid', { problem: 'access-token' });
    }
    return { token, expiresAt: now.getTime() + (Number.isFinite(seconds) ? seconds * 1000 : 0) };
  }

  return {
    async get(connection, tenantId, { now, signal }) {
      const name = [connection.connectionId, connection.revision, tenantId.toLowerCase()].join('|');
      const found = kept.get(name);
      if (found && found.expiresAt - spareMs > now.getTime()) return found.token;
      const asking = asked.get(name) ?? ask(connection, tenantId, now, signal);
      asked.set(name, asking);
      const fresh = await asking.finally(() => asked.delete(name));
      if (kept.size >= mostTokens) kept.clear();
      kept.set(name, fresh);
      return fresh.token;
    },
  };
}

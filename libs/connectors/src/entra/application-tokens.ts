import type { UpstreamHttp } from '../http/upstream-http.js';
import type { EntraAuthorities } from './authorities.js';
import type { EntraConnection } from './entra-connection.js';

/** Access tokens of applications themselves (client credentials), for Microsoft Graph; kept until shortly before their end. */
export type ApplicationTokens = {
  /** @throws DomainError with a code of `upstreamErrors` */
  get(connection: EntraConnection, tenantId: string, options: { now: Date; signal?: AbortSignal }): Promise<string>;
};

export function createApplicationTokens(dependencies: {
  http: UpstreamHttp;
  authorities: EntraAuthorities;
}): ApplicationTokens {
  void dependencies;
  return { get: () => Promise.reject(new Error('not yet')) };
}

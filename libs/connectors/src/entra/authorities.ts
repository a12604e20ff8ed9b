import { isUrl } from '@homerealm/domain';
import { Refusal } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';

/** A sign-in host and the Microsoft Graph it belongs to, both as origins. */
export type EntraAuthority = { origin: string; graphOrigin: string };

/** The operator's list. Nothing outside it is ever called. */
export type EntraAuthorities = {
  readonly all: readonly EntraAuthority[];
  /** Every origin of the list, sign-in hosts and Graphs: what the outgoing HTTP client may reach. */
  readonly origins: readonly string[];
  /** The entry of a sign-in host, or undefined when it is not on the list. */
  find(origin: string): EntraAuthority | undefined;
};

/** The Microsoft clouds, in the form of the setting `ENTRA_AUTHORITIES`. */
export const microsoftAuthorities = [
  'https://login.microsoftonline.com=https://graph.microsoft.com',
  'https://login.microsoftonline.us=https://graph.microsoft.us',
  'https://login.partner.microsoftonline.cn=https://microsoftgraph.chinacloudapi.cn',
].join(',');

/**
 * Reads the setting `ENTRA_AUTHORITIES`: `origin=graphOrigin`, comma separated, https only. A given list replaces the
 * Microsoft clouds; without one they are it.
 * @throws RangeError naming the entry that is wrong
 */
export function parseEntraAuthorities(text: string = microsoftAuthorities): EntraAuthorities {
  const entries = text.split(',').map((entry) => entry.trim());
  const all = entries.filter((entry) => entry !== '').map(parseEntry);
  if (all.length === 0) throw new RangeError('ENTRA_AUTHORITIES names no authority');
  const byOrigin = new Map<string, EntraAuthority>();
  for (const authority of all) {
    const known = byOrigin.get(authority.origin);
    if (known && known.graphOrigin !== authority.graphOrigin) {
      throw new RangeError(`ENTRA_AUTHORITIES names two Graphs for ${authority.origin}`);
    }
    byOrigin.set(authority.origin, authority);
  }
  return {
    all: [...byOrigin.values()],
    origins: [...new Set(all.flatMap(({ origin, graphOrigin }) => [origin, graphOrigin]))],
    find: (origin) => byOrigin.get(origin),
  };
}

function parseEntry(entry: string): EntraAuthority {
  const [origin, graphOrigin, ...rest] = entry.split('=');
  if (!origin || !graphOrigin || rest.length > 0) {
    throw new RangeError(`ENTRA_AUTHORITIES: expected origin=graphOrigin, got ${entry}`);
  }
  return { origin: parseOrigin(origin), graphOrigin: parseOrigin(graphOrigin) };
}

function parseOrigin(text: string): string {
  const url = isUrl(text) ? new URL(text) : undefined;
  const bare = url && (text === url.origin || text === `${url.origin}/`);
  if (!url || url.protocol !== 'https:' || !bare) {
    throw new RangeError(`ENTRA_AUTHORITIES: expected an https origin without a path, got ${text}`);
  }
  return url.origin;
}

/** Checked at every use, not only when a connection is saved: the list may have become shorter. Throws a `Refusal`. */
export function checkAuthority(
  authorities: EntraAuthorities,
  { authority, graphOrigin }: { authority: string; graphOrigin: string },
): void {
  if (authorities.find(authority)?.graphOrigin !== graphOrigin) {
    throw new Refusal('upstream.metadata', 'upstream.authority-not-allowed', { authority });
  }
}

export type TenantResolution =
  { found: true; tenantId: string } | { found: false; problem: 'tenant-not-found' | 'authority-unreachable' };

/**
 * Asks an authority which tenant a domain (or GUID) belongs to.
 * @param authority origin of the sign-in host; the HTTP client's list decides whether it may be asked
 */
export async function resolveEntraTenant(
  http: UpstreamHttp,
  authority: string,
  domain: string,
  signal?: AbortSignal,
): Promise<TenantResolution> {
  if (!tenantSegment.test(domain)) return { found: false, problem: 'tenant-not-found' };
  const url = `${authority}/${domain.toLowerCase()}/v2.0/.well-known/openid-configuration`;
  try {
    const { status, json } = await http.json(url, { signal });
    if (status >= 400 && status < 500 && status !== 429) return { found: false, problem: 'tenant-not-found' };
    const tenantId = status === 200 ? tenantOfIssuer(authority, json) : undefined;
    return tenantId ? { found: true, tenantId } : { found: false, problem: 'authority-unreachable' };
  } catch {
    return { found: false, problem: 'authority-unreachable' };
  }
}

/** A domain name or a GUID: `common`, `organizations` and `consumers` are no tenants. */
const tenantSegment =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?=.{3,253}$)[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9-]{1,63})+)$/i;

function tenantOfIssuer(authority: string, metadata: unknown): string | undefined {
  if (typeof metadata !== 'object' || metadata === null || !('issuer' in metadata)) return undefined;
  const { issuer } = metadata;
  if (typeof issuer !== 'string' || !issuer.startsWith(`${authority}/`)) return undefined;
  const [tenantId, version, ...rest] = issuer.slice(authority.length + 1).split('/');
  const isGuid = tenantId !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenantId);
  return isGuid && version === 'v2.0' && rest.length === 0 ? tenantId.toLowerCase() : undefined;
}

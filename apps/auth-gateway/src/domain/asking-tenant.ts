import { isEntraConnection, type ConnectionSettings } from '@homerealm/contracts';
import type { Check } from '@homerealm/domain';

/** The checks that look at the tenant of a proved account: the connector's, and the gate's own. */
const tenantChecks = new Set(['upstream.tenant', 'connection.tenant-is-allowed']);
const refusals = new Set(['upstream.tenant-not-allowed', 'connection.tenant-not-allowed']);

/**
 * The tenant that somebody proved an account of and that is not on the list of a connection with the common endpoint:
 * an admin may let it in. Undefined for every other refusal, and for a pinned tenant, where there is no list.
 */
export function askingTenant(settings: ConnectionSettings, code: string, checks: readonly Check[]): string | undefined {
  if (!isEntraConnection(settings) || !settings.useCommonEndpoint || !refusals.has(code)) return undefined;
  const cause = checks.findLast(({ outcome }) => outcome === 'failed');
  const tenantId = cause && tenantChecks.has(cause.code) ? cause.details?.['tenantId'] : undefined;
  return typeof tenantId === 'string' ? tenantId : undefined;
}

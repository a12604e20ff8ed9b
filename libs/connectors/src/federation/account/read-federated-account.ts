import type { GroupSet, UpstreamAccount } from '@homerealm/domain';
import type { CheckList } from '../../check-list.js';
import { createApplicationTokens, type ApplicationTokens } from '../../entra/application-tokens.js';
import { readGroupsOfUser } from '../../graph/read-groups.js';
import type { UpstreamHttp } from '../../http/upstream-http.js';
import type { FederationConnection } from '../federation-connection.js';
import type { FederatedPerson } from './federated-person.js';

export type AccountReading = {
  connection: FederationConnection;
  person: FederatedPerson;
  now: Date;
  signal?: AbortSignal;
  checks: CheckList;
  /** Milliseconds for all Graph calls together. */
  budgetMs: number;
};

/**
 * The account of a verified assertion. Groups that it does not list come from Microsoft Graph, asked by the connection's
 * own application where it has credentials; no address of the assertion is ever followed. What Graph does not give
 * never fails the sign-in.
 */
export async function readFederatedAccount(
  http: UpstreamHttp,
  tokens: ApplicationTokens,
  reading: AccountReading,
): Promise<UpstreamAccount> {
  const { person, now, checks } = reading;
  const { key, guest, claims } = person;
  const groups = person.groups && (await readGroups(http, tokens, reading));
  if (groups?.completeness === 'complete') {
    checks.passed('upstream.groups', { source: groups.source, count: groups.groups.length });
  }
  if (groups?.completeness === 'unknown') checks.failed('upstream.groups', { reason: groups.reason });
  return {
    key,
    ...(guest === undefined ? {} : { guest }),
    asOf: now.toISOString(),
    claims,
    ...(groups ? { groups } : {}),
  };
}

/**
 * Tokens of the connections' own applications for Graph. Only listed sign-in hosts and Graphs are asked, since `http` goes
 * nowhere else; which Graph belongs to a connection was decided when it was saved.
 */
export const createFederationTokens = (options: { http: UpstreamHttp; clock?: () => number }): ApplicationTokens =>
  createApplicationTokens(options);

const reasons = {
  overage: 'graph-permission-missing',
  absent: 'groups-claim-missing',
  unusable: 'groups-claim-unusable',
} as const;

/** Entra is silent both for "no groups" and for a groups claim that is not configured, so silence is a question too. */
async function readGroups(
  http: UpstreamHttp,
  tokens: ApplicationTokens,
  { connection, person, now, budgetMs, signal }: AccountReading,
): Promise<GroupSet> {
  const said = person.groups ?? { kind: 'absent' as const };
  const asOf = now.toISOString();
  if (said.kind === 'listed') return { completeness: 'complete', source: 'token', asOf, groups: said.groups };
  const { clientId, credentials } = connection;
  const { key } = person;
  if (clientId === null || credentials.length === 0 || key.kind !== 'entra') {
    return { completeness: 'unknown', reason: reasons[said.kind], asOf };
  }
  const { tenantId, objectId } = key;
  const application = { ...connection, clientId, tenantId, ...ofOneTenant };
  const groups = await readGroupsOfUser(http, tokens, {
    ...{ connection: application, tenantId, objectId, now, budgetMs },
    ...(signal ? { signal } : {}),
  });
  // It is read while the person signs in, whosever permission it took.
  return groups.completeness === 'complete' ? { ...groups, source: 'graph' } : groups;
}

/** What an application's own sign-in does not depend on. */
const ofOneTenant = { useCommonEndpoint: false, allowedTenants: [], extendedProfile: false };

import type { GroupSet, UpstreamAccount, UpstreamClaims } from '@homerealm/domain';
import type { CheckList, UpstreamCheckCode } from '../check-list.js';
import { GraphFailure } from '../graph/ask-graph.js';
import { readGroupsOfMe } from '../graph/read-groups.js';
import { readPhotoOfMe } from '../graph/read-photo.js';
import { readProfileOfMe, type ExtendedProfile, type OfMe } from '../graph/read-profile.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { readAccountClaims, readGuest } from './account-claims.js';
import type { VerifiedIdToken } from './check-id-token.js';
import type { EntraConnection } from './entra-connection.js';
import type { RedeemedTokens } from './redeem-code.js';
import { readTokenGroups } from './token-groups.js';

type Reading = {
  connection: EntraConnection;
  token: VerifiedIdToken;
  tokens: RedeemedTokens;
  now: Date;
  signal?: AbortSignal;
  checks: CheckList;
  /** Milliseconds for all Graph calls together. */
  budgetMs: number;
};

/**
 * The account of a verified answer. Microsoft Graph is asked for what the token does not hold and the connection
 * wants, all at the same time; what Graph does not give never fails the sign-in.
 */
export async function readAccount(http: UpstreamHttp, reading: Reading): Promise<UpstreamAccount> {
  const { connection, token, now } = reading;
  // Not the token's `iat`: it has whole seconds and is dated back by minutes, so readings could not be put in order.
  const asOf = now.toISOString();
  const [groups, extra, picture] = await Promise.all([
    connection.getUserGroups ? readGroups(http, reading, asOf) : undefined,
    connection.extendedProfile
      ? graphPart('graph-permission-missing', reading, (me) => readProfileOfMe(http, me))
      : undefined,
    connection.extendedProfile
      ? graphPart('graph-permission-missing', reading, (me) => readPhotoOfMe(http, me))
      : undefined,
  ]);
  recordGroups(reading.checks, groups);
  recordPart(reading.checks, 'upstream.profile', extra);
  recordPart(reading.checks, 'upstream.photo', picture);
  const guest = readGuest(token.claims);
  return {
    key: { kind: 'entra', tenantId: token.tenantId, objectId: token.objectId },
    pairwiseSubject: token.subject,
    ...(guest === undefined ? {} : { guest }),
    asOf,
    claims: withGraph(readAccountClaims(token.claims), extra, picture),
    ...(groups ? { groups } : {}),
  };
}

/**
 * Groups of the token when it lists them. Graph is asked on overage, for values other than object ids, and when the
 * token says nothing: Entra is silent both for "no groups" and for a groups claim that is not configured.
 */
async function readGroups(http: UpstreamHttp, reading: Reading, asOf: string): Promise<GroupSet> {
  const { token, tokens, connection, now, budgetMs, signal } = reading;
  const said = readTokenGroups(token.claims);
  if (said.kind === 'listed') return { completeness: 'complete', source: 'token', asOf, groups: said.groups };
  const { accessToken } = tokens;
  if (accessToken === undefined || !mayReadGraph(tokens)) {
    const reasons = {
      overage: 'graph-permission-missing',
      absent: 'groups-claim-missing',
      unusable: 'groups-claim-unusable',
    };
    return { completeness: 'unknown', reason: reasons[said.kind], asOf: now.toISOString() };
  }
  const { graphOrigin } = connection;
  return readGroupsOfMe(http, { graphOrigin, accessToken, objectId: token.objectId, now, budgetMs, signal });
}

/** Scopes are written short or with the resource's address before them. */
function mayReadGraph({ scope }: RedeemedTokens): boolean {
  return scope.some((permission) => /(^|\/)(User\.Read(\.All|Write)?|Directory\.Read\.All)$/i.test(permission));
}

type Part<T> = { read: true; value: T } | { read: false; reason: string };

async function graphPart<T>(missing: string, reading: Reading, read: (me: OfMe) => Promise<T>): Promise<Part<T>> {
  const { token, tokens, connection, budgetMs, signal } = reading;
  const { accessToken } = tokens;
  if (accessToken === undefined || !mayReadGraph(tokens)) return { read: false, reason: missing };
  const deadline = performance.now() + budgetMs;
  const { graphOrigin } = connection;
  try {
    return { read: true, value: await read({ graphOrigin, objectId: token.objectId, accessToken, deadline, signal }) };
  } catch (error) {
    return { read: false, reason: error instanceof GraphFailure ? error.problem : 'graph-unreachable' };
  }
}

function withGraph(
  claims: UpstreamClaims,
  extra: Part<ExtendedProfile> | undefined,
  picture: Part<string | undefined> | undefined,
): UpstreamClaims {
  return {
    ...claims,
    ...(extra?.read ? { extra: extra.value } : {}),
    ...(picture?.read && picture.value !== undefined ? { picture: picture.value } : {}),
  };
}

function recordGroups(checks: CheckList, groups: GroupSet | undefined): void {
  if (groups?.completeness === 'complete') {
    checks.passed('upstream.groups', { source: groups.source, count: groups.groups.length });
  }
  if (groups?.completeness === 'unknown') checks.failed('upstream.groups', { reason: groups.reason });
}

function recordPart(checks: CheckList, code: UpstreamCheckCode, part: Part<unknown> | undefined): void {
  if (part?.read) checks.passed(code, { found: part.value !== undefined });
  if (part?.read === false) checks.failed(code, { reason: part.reason });
}

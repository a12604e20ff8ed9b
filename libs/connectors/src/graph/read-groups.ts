import type { GroupSet } from '@homerealm/domain';
import { Refusal } from '../check-list.js';
import type { ApplicationTokens } from '../entra/application-tokens.js';
import type { EntraConnection } from '../entra/entra-connection.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { GraphFailure } from './ask-graph.js';
import { listGroups } from './list-groups.js';

/** A read of one person's groups with the person's own access token. */
export type GroupsOfMe = {
  graphOrigin: string;
  accessToken: string;
  /** The person's object id: lets pages pass that name the person by it. */
  objectId?: string;
  now: Date;
  /** Milliseconds for all pages together; 3 s when absent. */
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
  /** Milliseconds for all pages together; 60 s when absent. */
  budgetMs?: number;
  signal?: AbortSignal;
};

/**
 * All groups of the person whose token it is, nested ones included (source `graph`), or `unknown` with a reason:
 * a word of `GraphProblem`. Never a part of them, and never rejects.
 */
export async function readGroupsOfMe(http: UpstreamHttp, read: GroupsOfMe): Promise<GroupSet> {
  const { graphOrigin, accessToken, objectId, now, budgetMs = 3_000, signal } = read;
  const access = { accessToken, deadline: performance.now() + budgetMs, signal };
  return asGroupSet(now, 'graph', () => listGroups(http, { graphOrigin, who: 'me', objectId }, access));
}

/**
 * All groups of a person, read in the background (source `background`; the application needs the permission
 * GroupMember.Read.All or Directory.Read.All), or `unknown` with a reason: a word of `GraphProblem`, or
 * `application-token-refused`. Never a part of them, and never rejects.
 */
export async function readGroupsOfUser(
  http: UpstreamHttp,
  tokens: ApplicationTokens,
  read: GroupsOfUser,
): Promise<GroupSet> {
  const { connection, tenantId, objectId, now, budgetMs = 60_000, signal } = read;
  const deadline = performance.now() + budgetMs;
  return asGroupSet(now, 'background', async () => {
    const accessToken = await tokens.get(connection, tenantId, { now, signal });
    const who = { objectId };
    return listGroups(http, { graphOrigin: connection.graphOrigin, who }, { accessToken, deadline, signal });
  });
}

async function asGroupSet(now: Date, source: 'graph' | 'background', list: () => Promise<string[]>): Promise<GroupSet> {
  const asOf = now.toISOString();
  try {
    return { completeness: 'complete', source, asOf, groups: await list() };
  } catch (error) {
    return { completeness: 'unknown', reason: reasonOf(error), asOf };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof GraphFailure) return error.problem;
  return error instanceof Refusal ? 'application-token-refused' : 'graph-unreachable';
}

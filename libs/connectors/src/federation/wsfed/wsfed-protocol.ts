import { CheckList } from '../../check-list.js';
import type { UpstreamHttp } from '../../http/upstream-http.js';
import { asDomainError, checkedParams, refused } from '../../outcome.js';
import type { BeginRequest, Departure, FederationTransaction, UpstreamProtocol } from '../../upstream-protocol.js';
import { createFederationTokens, readFederatedAccount } from '../account/read-federated-account.js';
import { checkTransaction } from '../check-transaction.js';
import type { ReplayStore, WsfedConnection } from '../federation-connection.js';
import { createFederationProviders } from '../metadata/federation-providers.js';
import { readWsfedAnswer } from './read-wsfed-answer.js';
import { verifyWsfedAnswer } from './verify-wsfed-answer.js';

export type WsfedProtocolOptions = {
  /** Reaches the listed authorities and their Graphs. */
  http: UpstreamHttp;
  /** Reaches public addresses only: for the metadata of everybody else. */
  publicHttp: UpstreamHttp;
  replays: ReplayStore;
  /** Milliseconds that the Graph calls of one sign-in may take together; 3 s when absent. */
  graphBudgetMs?: number;
  /** Milliseconds since 1970; for ages of cached metadata only. */
  clock?: () => number;
};

/**
 * Sign-in by the passive profile of WS-Federation 1.2 (§13): the browser goes with a query and comes back with a form. Keeps
 * the metadata of providers in memory, so one of these serves a whole process.
 */
export function createWsfedProtocol(
  options: WsfedProtocolOptions,
): UpstreamProtocol<WsfedConnection, FederationTransaction, Departure> {
  const { http, publicHttp, replays, graphBudgetMs = 3_000, clock = Date.now } = options;
  const providers = createFederationProviders({ protocol: 'wsfed', http, publicHttp, clock });
  const tokens = createFederationTokens({ http, clock });

  return {
    strategy: 'entra-wsfed',

    async begin(connection, request) {
      try {
        const params = checkedParams(request);
        const transaction = newTransaction(connection, request);
        const { signIn } = providers.get(connection).metadata;
        return { redirectTo: signInUrl(signIn[0]?.url, connection, { transaction, params, request }), transaction };
      } catch (error) {
        throw asDomainError(error);
      }
    },

    async complete(connection, transaction, input, { now, signal }) {
      const checks = new CheckList();
      try {
        const ours = checkTransaction(transaction, 'entra-wsfed');
        const text = readWsfedAnswer(input, ours, connection.connectionId, checks);
        const arrival = { connection, transaction: ours, text, now, checks };
        const person = await verifyWsfedAnswer({ providers, replays }, arrival);
        const reading = { connection, person, now, signal, checks, budgetMs: graphBudgetMs };
        const account = await readFederatedAccount(http, tokens, reading);
        const { session } = person;
        return { outcome: 'account', account, checks: checks.checks, ...(session ? { session } : {}) };
      } catch (error) {
        return refused(error, checks);
      }
    },
  };
}

/** WS-Federation has no id of a request; one is there so that both doors remember the same things. */
function newTransaction(
  { connectionId }: WsfedConnection,
  { random, redirectUri }: BeginRequest,
): FederationTransaction {
  const state = Buffer.from(random(32)).toString('base64url');
  const requestId = `_${Buffer.from(random(16)).toString('hex')}`;
  return { strategy: 'entra-wsfed', connectionId, state, requestId, redirectUri };
}

type Beginning = { transaction: FederationTransaction; params: Record<string, string>; request: BeginRequest };

function signInUrl(
  endpoint: string | undefined,
  connection: WsfedConnection,
  { transaction, params, request }: Beginning,
): string {
  return withQuery(endpoint ?? '', {
    ...params,
    ...{ wa: 'wsignin1.0', wtrealm: connection.realm, wreply: transaction.redirectUri, wctx: transaction.state },
    wct: (request.now ?? new Date()).toISOString().replace(/\.\d+Z$/, 'Z'),
  });
}

/**
 * Where the browser goes to be signed out at the provider, and from there to `wreply`. Undefined where the provider has no
 * such address.
 */
export function wsfedSignOutUrl(connection: WsfedConnection, { wreply }: { wreply: string }): string | undefined {
  const [endpoint] = connection.metadata.signOut;
  return endpoint && withQuery(endpoint.url, { wa: 'wsignout1.0', wtrealm: connection.realm, wreply });
}

function withQuery(endpoint: string, params: Record<string, string>): string {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return url.href;
}

import { checkedParams } from '../../outcome.js';
import type { BeginRequest, Departure, FederationTransaction, UpstreamProtocol } from '../../upstream-protocol.js';
import type { WsfedConnection } from '../federation-connection.js';
import { createFederationProtocol, type Door, type FederationProtocolOptions } from '../federation-protocol.js';
import { readWsfedAnswer } from './read-wsfed-answer.js';
import { verifyWsfedAnswer } from './verify-wsfed-answer.js';

const door: Door<WsfedConnection> = {
  strategy: 'entra-wsfed',
  protocol: 'wsfed',
  begin(connection, { signIn }, request) {
    const params = checkedParams(request);
    const transaction = newTransaction(connection, request);
    return { redirectTo: signInUrl(signIn[0]?.url, connection, { transaction, params, request }), transaction };
  },
  readAnswer: readWsfedAnswer,
  verify: verifyWsfedAnswer,
};

/** Sign-in by the passive profile of WS-Federation 1.2 (§13): the browser goes with a query and comes back with a form. */
export const createWsfedProtocol = (
  options: FederationProtocolOptions,
): UpstreamProtocol<WsfedConnection, FederationTransaction, Departure> => createFederationProtocol(door, options);

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

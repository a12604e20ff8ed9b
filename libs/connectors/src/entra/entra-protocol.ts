import { createHash } from 'node:crypto';
import { CheckList } from '../check-list.js';
import { asDomainError, checkedParams, refused } from '../outcome.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import type { BeginRequest, UpstreamOutcome, UpstreamProtocol, CodeTransaction } from '../upstream-protocol.js';
import { checkAuthority, type EntraAuthorities } from './authorities.js';
import type { EntraConnection } from './entra-connection.js';
import { readAccount } from './read-account.js';
import type { RunResult } from './headless-strategy.js';
import { placeOf } from './provider-metadata.js';
import { createProviders } from './providers.js';
import { verifyCallback } from './verify-callback.js';
import { createStrategies, sessionKey } from './strategies.js';

export type EntraProtocolOptions = {
  http: UpstreamHttp;
  authorities: EntraAuthorities;
  /** Milliseconds that the Graph calls of one sign-in may take together; 3 s when absent. */
  graphBudgetMs?: number;
  /** Milliseconds between two reads of signing keys that were caused by an unknown key id; a minute when absent. */
  keyCooldownMs?: number;
  /** Milliseconds since 1970; for ages of cached metadata only. */
  clock?: () => number;
};

/**
 * Sign-in through Microsoft Entra ID with OpenID Connect: authorization code with PKCE, answered in the query. Keeps
 * provider metadata, signing keys and strategies in memory, so one of these serves a whole process.
 */
export function createEntraProtocol(options: EntraProtocolOptions): UpstreamProtocol<EntraConnection> {
  const { http, authorities, graphBudgetMs = 3_000, keyCooldownMs = 60_000, clock = Date.now } = options;
  const providers = createProviders({ http, clock, keyCooldownMs });
  const strategies = createStrategies();

  return {
    strategy: 'entra-oauth2',

    async begin(connection, request) {
      try {
        checkAuthority(authorities, connection);
        const params = checkedParams(request);
        const codeVerifier = Buffer.from(request.random(32)).toString('base64url');
        const challenge = createHash('sha256').update(codeVerifier).digest('base64url');
        const session: Session = {};
        const strategy = await strategies.of(connection);
        const result = await strategy.run(
          { query: {}, body: {}, session },
          { loadProvider: () => providers.get(placeOf(connection)), redirectUri: request.redirectUri },
          { ...params, code_challenge: challenge, code_challenge_method: 'S256' },
        );
        return begun(result, session, { connection, request, codeVerifier });
      } catch (error) {
        throw asDomainError(error);
      }
    },

    async complete(connection, transaction, input, { now, signal }): Promise<UpstreamOutcome> {
      const checks = new CheckList();
      try {
        checkAuthority(authorities, connection);
        const strategy = await strategies.of(connection);
        const verified = await verifyCallback(
          { http, providers, strategy },
          { connection, transaction, input, now, signal, checks },
        );
        const account = await readAccount(http, {
          connection,
          now,
          signal,
          checks,
          budgetMs: graphBudgetMs,
          ...verified,
        });
        return { outcome: 'account', account, checks: checks.checks };
      } catch (error) {
        return refused(error, checks);
      }
    },
  };
}

type Session = Parameters<Awaited<ReturnType<ReturnType<typeof createStrategies>['of']>>['run']>[0]['session'];

function begun(
  result: RunResult,
  session: Session,
  { connection, request, codeVerifier }: { connection: EntraConnection; request: BeginRequest; codeVerifier: string },
): { redirectTo: string; transaction: CodeTransaction } {
  const tuple = session[sessionKey(connection)]?.content.at(-1);
  if (result.ended !== 'redirect' || !tuple) throw result.ended === 'failure' ? result.reason : result;
  const { state, nonce } = tuple;
  const { redirectUri } = request;
  return {
    redirectTo: result.location,
    transaction: {
      strategy: 'entra-oauth2',
      connectionId: connection.connectionId,
      state,
      nonce,
      codeVerifier,
      redirectUri,
    },
  };
}

import type { UpstreamAccount } from '@homerealm/domain';
import { CheckList, Refusal } from '../check-list.js';
import { checkCallback } from '../entra/check-callback.js';
import { plainHttpsUrl } from '../http/checked-url.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { asDomainError, checkedParams, refused } from '../outcome.js';
import type { CallbackInput, CompleteOptions, UpstreamProtocol } from '../upstream-protocol.js';
import { redeemGithubCode } from './ask-github.js';
import { checkTransaction, newTransaction } from './begin-social.js';
import { readGithubPerson } from './github-account.js';
import { githubAddresses, type GithubAddresses } from './github-addresses.js';
import type { SocialConnection } from './social-connection.js';

const scope = 'read:user user:email';

/**
 * Sign-in at GitHub: OAuth 2 with PKCE and no ID token. What ties the answer to this sign-in is the state, the verifier
 * and our own secret at the token endpoint; who the person is, GitHub's API says to the token we got there ourselves.
 */
export function createGithubProtocol({ http }: { http: UpstreamHttp }): UpstreamProtocol<SocialConnection> {
  return {
    strategy: 'github',

    async begin(connection, request) {
      try {
        // GitHub knows no login_hint: its own parameter wants a user name.
        const params = checkedParams({ ...request, loginHint: undefined });
        const { authorize } = addressesOf(connection);
        const { transaction, challenge } = newTransaction(connection, request);
        const url = new URL(authorize);
        const ours = {
          ...{ response_type: 'code', client_id: connection.clientId, redirect_uri: request.redirectUri, scope },
          ...{ state: transaction.state, code_challenge: challenge, code_challenge_method: 'S256' },
        };
        for (const [name, value] of Object.entries({ ...params, ...ours })) url.searchParams.set(name, value);
        return { redirectTo: url.href, transaction };
      } catch (error) {
        throw asDomainError(error);
      }
    },

    async complete(connection, transaction, input, options) {
      const checks = new CheckList();
      try {
        const ours = checkTransaction(transaction, 'github');
        const account = await proveAccount(http, { connection, input, checks, ...options }, ours);
        return { outcome: 'account', account, checks: checks.checks };
      } catch (error) {
        return refused(error, checks);
      }
    },
  };
}

type Arrival = CompleteOptions & { connection: SocialConnection; input: CallbackInput; checks: CheckList };

async function proveAccount(
  http: UpstreamHttp,
  { connection, input, now, signal, checks }: Arrival,
  transaction: ReturnType<typeof checkTransaction>,
): Promise<UpstreamAccount> {
  const { connectionId, issuer } = connection;
  const addresses = addressesOf(connection);
  const { code } = checkCallback(input, transaction, { connectionId, issuer }, checks);
  const accessToken = await redeemGithubCode(http, { connection, transaction, code, addresses, signal });
  checks.passed('upstream.token-request', { credential: 'client-secret' });
  const { subject, claims } = await readGithubPerson(http, { accessToken, addresses, signal, checks });
  checks.passed('upstream.subject');
  return { key: { kind: 'oidc', issuer, subject }, asOf: now.toISOString(), claims };
}

function addressesOf({ issuer }: SocialConnection): GithubAddresses {
  if (plainHttpsUrl(issuer)) return githubAddresses(issuer);
  throw new Refusal('upstream.metadata', 'upstream.address-refused', { problem: 'not-allowed' });
}

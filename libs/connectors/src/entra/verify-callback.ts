import { Refusal, type CheckList } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { CodeTransaction, type CallbackInput } from '../upstream-protocol.js';
import { checkCallback } from './check-callback.js';
import { checkIdToken, type VerifiedIdToken } from './check-id-token.js';
import type { EntraConnection } from './entra-connection.js';
import type { HeadlessStrategy, RunSteps } from './headless-strategy.js';
import { issuerOf, placeOf } from './provider-metadata.js';
import type { Provider, Providers } from './providers.js';
import { redeemCode, type RedeemedTokens } from './redeem-code.js';
import { scopesOf, sessionKey } from './strategies.js';

export type Arrival = {
  connection: EntraConnection;
  transaction: CodeTransaction;
  input: CallbackInput;
  now: Date;
  signal?: AbortSignal;
  checks: CheckList;
};
export type VerifiedAnswer = { token: VerifiedIdToken; tokens: RedeemedTokens };

/**
 * Runs one callback through the library, with our own steps in the places it leaves open: callback, provider, token
 * call with the strict check. Rejects with a `Refusal`, or with what the library itself found wrong wrapped as one.
 */
export async function verifyCallback(
  { http, providers, strategy }: { http: UpstreamHttp; providers: Providers; strategy: HeadlessStrategy },
  arrival: Arrival,
): Promise<VerifiedAnswer> {
  const { connection, input, checks } = arrival;
  const transaction = checkTransaction(arrival.transaction);
  const expected = { connectionId: connection.connectionId, issuer: issuerOf(placeOf(connection)) };
  let provider: Provider | undefined;
  let answer: VerifiedAnswer | undefined;

  const steps: RunSteps = {
    redirectUri: transaction.redirectUri,
    readCallback: () => checkCallback(input, transaction, expected, checks),
    async loadProvider() {
      provider = await providers.get(placeOf(connection));
      checks.passed('upstream.metadata', { authority: connection.authority });
      return provider;
    },
    async redeem(code) {
      if (!provider) throw new Refusal('upstream.library', 'upstream.unexpected');
      answer = await redeemAndCheck(http, { providers, provider }, { ...arrival, transaction }, code);
      const { token, tokens } = answer;
      return {
        tokens: { id_token: token.compact, access_token: tokens.accessToken, token_type: 'Bearer' },
        issuer: token.issuer,
        provider: token.provider,
      };
    },
  };
  const { state, nonce } = transaction;
  // The library ages what it finds here by the process's clock; ten minutes are the caller's to enforce.
  const session = { [sessionKey(connection)]: { content: [{ state, nonce, timeStamp: Date.now() }] } };
  const result = await strategy.run({ query: {}, body: {}, session }, steps);
  if (result.ended === 'failure' && result.reason instanceof Refusal) throw result.reason;
  if (result.ended !== 'success' || !answer || result.subject !== answer.token.subject) {
    throw new Refusal('upstream.library', 'upstream.second-opinion');
  }
  checks.passed('upstream.library');
  return answer;
}

async function redeemAndCheck(
  http: UpstreamHttp,
  { providers, provider }: { providers: Providers; provider: Provider },
  { connection, transaction, now, signal, checks }: Arrival,
  code: string,
): Promise<VerifiedAnswer> {
  const { tokenEndpoint } = provider.metadata;
  const scope = scopesOf(connection).join(' ');
  const tokens = await redeemCode(http, { tokenEndpoint, connection, transaction, code, scope, now, signal });
  const { credentialKind, refusedBefore } = tokens.via;
  checks.passed('upstream.token-request', { credential: credentialKind, ...(refusedBefore ? { refusedBefore } : {}) });
  const { clientId, useCommonEndpoint, allowedTenants, tenantId } = connection;
  const tenants = (useCommonEndpoint ? allowedTenants : [tenantId]).map((tenant) => tenant.toLowerCase());
  const expected = { clientId, nonce: transaction.nonce, tenants, now };
  return { tokens, token: await checkIdToken(tokens.idToken, expected, { provider, providers, checks }) };
}

/** It comes from the caller's store: a damaged one must end as a refusal too. */
function checkTransaction(transaction: unknown): CodeTransaction {
  const parsed = CodeTransaction.safeParse(transaction);
  if (!parsed.success || parsed.data.strategy !== 'entra-oauth2') {
    throw new Refusal('upstream.state', 'upstream.state-mismatch', { problem: 'transaction' });
  }
  return parsed.data;
}

import type { UpstreamAccount, UpstreamClaims } from '@homerealm/domain';
import { buildAuthorizationUrl } from 'openid-client';
import { CheckList, Refusal } from '../check-list.js';
import { checkCallback } from '../entra/check-callback.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { asDomainError, checkedParams, refused } from '../outcome.js';
import { createProviderCache } from '../provider-cache.js';
import type { CallbackInput, UpstreamProtocol, CodeTransaction } from '../upstream-protocol.js';
import { checkTransaction, newTransaction } from './begin-social.js';
import type { OidcProvider, OidcProviders } from './check-oidc-token.js';
import { present, readOidcClaims } from './oidc-claims.js';
import { readOidcKeys } from './oidc-keys.js';
import { discoveryUrl, readOidcMetadata } from './oidc-metadata.js';
import type { ProviderFacts } from './provider-facts.js';
import { readUserinfo } from './read-userinfo.js';
import { configurationFor, redeemOidcCode, type Redeemed } from './redeem-oidc-code.js';
import type { SocialConnection } from './social-connection.js';

export type SocialProtocolOptions = {
  /** Reaches public addresses only: `createUpstreamHttp({ allowedOrigins: 'any-public', … })`. */
  http: UpstreamHttp;
  /** Milliseconds between two reads of signing keys that were caused by an unknown key id; a minute when absent. */
  keyCooldownMs?: number;
  /** Milliseconds since 1970; for ages of cached metadata only. */
  clock?: () => number;
};

type Arrival = {
  connection: SocialConnection;
  input: CallbackInput;
  now: Date;
  signal?: AbortSignal;
  checks: CheckList;
};

/**
 * Sign-in at an OpenID Connect provider: authorization code with PKCE, answered in the query. Keeps metadata and signing
 * keys in memory, so one of these for each kind of provider serves a whole process.
 */
export function createOidcProtocol(
  facts: ProviderFacts,
  { http, keyCooldownMs = 60_000, clock = Date.now }: SocialProtocolOptions,
): UpstreamProtocol<SocialConnection> {
  const providers: OidcProviders = createProviderCache(
    {
      metadataUrl: discoveryUrl,
      readMetadata: (place, document) => readOidcMetadata(facts, place, document),
      readKeys: readOidcKeys,
    },
    { http, clock, keyCooldownMs },
  );

  return {
    strategy: facts.strategy,

    async begin(connection, request) {
      try {
        const params = checkedParams(facts.takesLoginHint ? request : { ...request, loginHint: undefined });
        const provider = await providers.get({ issuer: connection.issuer });
        const { transaction, challenge } = newTransaction(connection, request);
        const redirectTo = authorizationUrl(connection, provider, {
          transaction,
          challenge,
          scope: facts.scope,
          params,
        });
        return { redirectTo, transaction };
      } catch (error) {
        throw asDomainError(error);
      }
    },

    async complete(connection, transaction, input, { now, signal }) {
      const checks = new CheckList();
      try {
        const ours = checkTransaction(transaction, facts.strategy);
        const arrival = { connection, input, now, signal, checks };
        const account = await proveAccount({ http, providers, facts }, arrival, ours);
        return { outcome: 'account', account, checks: checks.checks };
      } catch (error) {
        return refused(error, checks);
      }
    },
  };
}

function authorizationUrl(
  connection: SocialConnection,
  provider: OidcProvider,
  {
    transaction,
    challenge,
    scope,
    params,
  }: { transaction: CodeTransaction; challenge: string; scope: string; params: Record<string, string> },
): string {
  const configuration = configurationFor(provider, connection.clientId, undefined, new Date());
  const { state, nonce, redirectUri } = transaction;
  return buildAuthorizationUrl(configuration, {
    ...params,
    ...{ response_type: 'code', redirect_uri: redirectUri, scope, state, nonce },
    ...{ code_challenge: challenge, code_challenge_method: 'S256' },
  }).href;
}

async function proveAccount(
  { http, providers, facts }: { http: UpstreamHttp; providers: OidcProviders; facts: ProviderFacts },
  arrival: Arrival,
  transaction: CodeTransaction,
): Promise<UpstreamAccount> {
  const { connection, input, now, signal, checks } = arrival;
  const { connectionId, issuer } = connection;
  const { code } = checkCallback(input, transaction, { connectionId, issuer }, checks);
  const provider = await providers.get({ issuer });
  checks.passed('upstream.metadata', { issuer });
  const answeredAs = issuerNamedIn(input);
  if (provider.metadata.namesItself && answeredAs === undefined) {
    throw new Refusal('upstream.metadata', 'upstream.provider-mismatch', { problem: 'iss-missing' });
  }
  const question = { connection, transaction, provider, code, answeredAs, scope: facts.scope, now, signal, checks };
  const redeemed = await redeemOidcCode({ http, providers }, question);
  const claims = await readClaims(http, redeemed, arrival);
  const { subject } = redeemed.token;
  return { key: { kind: 'oidc', issuer, subject }, asOf: now.toISOString(), claims };
}

/** Its form was checked with the rest of the answer. */
function issuerNamedIn({ query }: CallbackInput): string | undefined {
  const { iss } = query;
  return typeof iss === 'string' && iss !== '' ? iss : undefined;
}

/**
 * The claims of the ID token. Only when they hold no email the provider is asked for more; without its answer the
 * sign-in ends, for a person without their email would become somebody else here.
 */
async function readClaims(http: UpstreamHttp, redeemed: Redeemed, arrival: Arrival): Promise<UpstreamClaims> {
  const { token, accessToken } = redeemed;
  const { checks, signal } = arrival;
  const said = readOidcClaims(token.claims);
  const url = token.provider.metadata.userinfoEndpoint;
  if (said.email !== undefined || url === undefined || accessToken === undefined) {
    checks.passed('upstream.profile', { source: 'id-token', email: wordFor(said) });
    return said;
  }
  const userinfo = await readUserinfo(http, { url, accessToken, subject: token.subject, signal });
  const claims = present({ ...readOidcClaims(userinfo), ...said });
  checks.passed('upstream.profile', { source: 'userinfo', email: wordFor(claims) });
  return claims;
}

/** For the record: whether there is an email and what the provider says of it, never the address. */
export const wordFor = ({ email, emailVerified }: UpstreamClaims): string => {
  if (email === undefined) return 'absent';
  return emailVerified === undefined ? 'not-said-to-be-verified' : emailVerified ? 'verified' : 'not-verified';
};

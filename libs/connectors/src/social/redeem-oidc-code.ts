import {
  authorizationCodeGrant,
  clockSkew,
  clockTolerance,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  enableNonRepudiationChecks,
  type CustomFetch,
} from 'openid-client';
import { Refusal, type CheckList } from '../check-list.js';
import { isAboutCredentials, maxBytes, readTokenReply, unreachable } from '../entra/ask-token-endpoint.js';
import type { EntraCredential } from '../entra/entra-connection.js';
import { readTokens } from '../entra/redeem-code.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import type { CodeTransaction } from '../upstream-protocol.js';
import {
  checkOidcToken,
  clockSkew as skew,
  type OidcProvider,
  type OidcProviders,
  type VerifiedToken,
} from './check-oidc-token.js';
import type { SocialConnection } from './social-connection.js';

export type Redemption = {
  connection: SocialConnection;
  transaction: CodeTransaction;
  provider: OidcProvider;
  code: string;
  /** `iss` of the answer, when it had one. */
  answeredAs: string | undefined;
  scope: string;
  now: Date;
  signal?: AbortSignal;
  checks: CheckList;
};
export type Redeemed = { token: VerifiedToken; accessToken: string | undefined };

type Ports = { http: UpstreamHttp; providers: OidcProviders };

/**
 * Exchanges the code with PKCE, with the connection's secrets in their order: the next one is tried only when the
 * provider says that it is about the client. Rejects with `Refusal` only.
 */
export async function redeemOidcCode(ports: Ports, redemption: Redemption): Promise<Redeemed> {
  let refused: Refusal | undefined;
  for (const credential of redemption.connection.credentials) {
    try {
      return await redeemWith(ports, redemption, secretOf(credential));
    } catch (error) {
      const next = error instanceof Refusal ? error : new Refusal('upstream.library', 'upstream.unexpected');
      if (!isAboutCredentials(next)) throw next;
      refused = next;
    }
  }
  throw refused ?? new Refusal('upstream.token-request', 'upstream.credentials-missing');
}

function secretOf(credential: EntraCredential): string {
  if (credential.kind === 'client-secret') return credential.value;
  const details = { credential: credential.kind };
  throw new Refusal('upstream.token-request', 'upstream.credentials-unusable', details);
}

/**
 * One run of the library. Its requests go through our own client, and the answer to the code passes our strict check
 * before the library sees it, so that a refusal says what was wrong; then the library checks everything once more.
 */
async function redeemWith(ports: Ports, redemption: Redemption, secret: string): Promise<Redeemed> {
  const { transaction, provider, now, checks } = redemption;
  const configuration = configurationFor(provider, redemption.connection.clientId, secret, now);
  let redeemed: Redeemed | undefined;
  let refusal: unknown;
  const answer: CustomFetch = async (url, { headers, body }) => {
    if (url === provider.metadata.jwksUri) return asResponse((redeemed?.token.provider ?? provider).keys.document);
    const reply = await askForTokens(ports.http, redemption, { headers, form: formOf(body), secret });
    const { idToken, accessToken } = readTokens(reply, redemption.scope);
    checks.passed('upstream.token-request', { credential: 'client-secret' });
    const expected = { clientId: redemption.connection.clientId, nonce: transaction.nonce, now, accessToken };
    redeemed = { accessToken, token: await checkOidcToken(idToken, expected, { ...ports, provider, checks }) };
    return asResponse(reply);
  };
  // The library wraps what a request throws; our own reason is kept beside it.
  configuration[customFetch] = (url, options) =>
    answer(url, options).catch((error: unknown) => {
      refusal = error;
      throw error;
    });
  const subject = await runLibrary(configuration, redemption).catch((error: unknown) => {
    if (refusal instanceof Refusal) throw refusal;
    throw new Refusal('upstream.library', redeemed ? 'upstream.second-opinion' : 'upstream.unexpected', nameOf(error));
  });
  if (!redeemed || subject !== redeemed.token.subject) throw new Refusal('upstream.library', 'upstream.second-opinion');
  checks.passed('upstream.library');
  return redeemed;
}

async function runLibrary(configuration: Configuration, redemption: Redemption): Promise<string | undefined> {
  const { transaction, code, answeredAs } = redemption;
  const arrivedAt = new URL(transaction.redirectUri);
  const arrived = { code, state: transaction.state, ...(answeredAs !== undefined && { iss: answeredAs }) };
  for (const [name, value] of Object.entries(arrived)) arrivedAt.searchParams.set(name, value);
  const tokens = await authorizationCodeGrant(configuration, arrivedAt, {
    pkceCodeVerifier: transaction.codeVerifier,
    expectedState: transaction.state,
    expectedNonce: transaction.nonce,
    idTokenExpected: true,
  });
  return tokens.claims()?.sub;
}

/** What the library may know of the provider: only what we have checked ourselves. */
export function configurationFor(
  { metadata }: OidcProvider,
  clientId: string,
  secret: string | undefined,
  now: Date,
): Configuration {
  const server = {
    issuer: metadata.issuer,
    authorization_endpoint: metadata.authorizationEndpoint,
    token_endpoint: metadata.tokenEndpoint,
    jwks_uri: metadata.jwksUri,
    id_token_signing_alg_values_supported: metadata.algorithms.flatMap((name) =>
      name === 'EdDSA' ? [name, 'Ed25519'] : [name],
    ),
    authorization_response_iss_parameter_supported: metadata.namesItself,
  };
  const client = { [clockSkew]: Math.round((now.getTime() - Date.now()) / 1000), [clockTolerance]: skew };
  const proof = metadata.secretGoes === 'in-body' ? ClientSecretPost : ClientSecretBasic;
  const configuration = new Configuration(server, clientId, client, secret === undefined ? undefined : proof(secret));
  // Off by default in the library: without it an ID token from the token endpoint would not need a good signature.
  enableNonRepudiationChecks(configuration);
  return configuration;
}

async function askForTokens(
  http: UpstreamHttp,
  { provider, transaction, code, signal }: Redemption,
  { headers, form, secret }: { headers: Record<string, string>; form: Record<string, string>; secret: string },
) {
  const { authorization } = headers;
  const answer = await http
    .json(provider.metadata.tokenEndpoint, {
      ...{ method: 'POST', form, signal, maxBytes },
      ...(authorization !== undefined && { headers: { authorization } }),
    })
    .catch((error: unknown) => {
      throw unreachable(error);
    });
  const secrets = [secret, code, transaction.codeVerifier, authorization ?? ''];
  return readTokenReply(answer, secrets);
}

const formOf = (body: unknown): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(body instanceof URLSearchParams ? body : String(body)));

const asResponse = (json: unknown): Response => Response.json(json);

/** The library's code of an error; its message may quote the token. */
function nameOf(error: unknown): { problem: string } {
  const { code } = Object(error) as { code?: unknown };
  return { problem: typeof code === 'string' && /^[A-Z_]{1,64}$/.test(code) ? code : 'unnamed' };
}

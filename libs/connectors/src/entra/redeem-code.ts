import { Refusal } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { own } from '../json.js';
import type { CodeTransaction } from '../upstream-protocol.js';
import { askTokenEndpoint, type TokenReply } from './ask-token-endpoint.js';
import type { EntraConnection } from './entra-connection.js';

/** What a redeemed code brought, every part of a known type. */
export type RedeemedTokens = {
  idToken: string;
  accessToken: string | undefined;
  /** Permissions the access token was issued with, as the provider wrote them. */
  scope: string[];
  via: Pick<TokenReply, 'credentialKind' | 'refusedBefore'>;
};

/** An ID token at the overage limit of groups has about 12 kB. */
const longestToken = 200_000;

type Redemption = {
  tokenEndpoint: string;
  connection: EntraConnection;
  transaction: CodeTransaction;
  code: string;
  scope: string;
  now: Date;
  signal?: AbortSignal;
};

/** Exchanges the code, once, with PKCE. Rejects with `Refusal` only. */
export async function redeemCode(http: UpstreamHttp, redemption: Redemption): Promise<RedeemedTokens> {
  const { code, transaction, scope, ...question } = redemption;
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: transaction.redirectUri,
    code_verifier: transaction.codeVerifier,
    scope,
  };
  const { reply, ...via } = await askTokenEndpoint(http, { ...question, form });
  return { ...readTokens(reply, scope), via };
}

/** Takes the answer of a token endpoint apart. */
export function readTokens(reply: TokenReply['reply'], asked: string): Omit<RedeemedTokens, 'via'> {
  const [idToken, accessToken, type, scope] = ['id_token', 'access_token', 'token_type', 'scope'].map((name) =>
    own(reply, name),
  );
  if (idToken === undefined || idToken === null || idToken === '') {
    throw new Refusal('upstream.token-request', 'upstream.id-token-missing');
  }
  if (typeof idToken !== 'string' || idToken.length > longestToken) throw invalid('id-token');
  if (accessToken !== undefined && !isAccessToken(accessToken)) throw invalid('access-token');
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') throw invalid('token-type');
  // RFC 6749 §5.1: an answer without a scope grants what was asked for.
  const granted = scope === undefined ? asked : scope;
  const permissions = typeof granted === 'string' && granted.length < 8_192 ? granted.split(' ') : [];
  return { idToken, accessToken, scope: permissions };
}

/** Opaque to us (it is Graph's), but it must fit into a header. */
function isAccessToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 65_536 && /^[\x21-\x7e]+$/.test(value);
}

function invalid(problem: string): Refusal {
  return new Refusal('upstream.token-request', 'upstream.token-answer-invalid', { problem });
}

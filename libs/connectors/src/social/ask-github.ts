import { Refusal } from '../check-list.js';
import { isAboutCredentials, maxBytes, readTokenReply, unreachable } from '../entra/ask-token-endpoint.js';
import { reportOf } from '../entra/provider-report.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { own, type JsonObject } from '../json.js';
import type { CodeTransaction } from '../upstream-protocol.js';
import type { GithubAddresses } from './github-addresses.js';
import type { SocialConnection } from './social-connection.js';

type Question = {
  connection: SocialConnection;
  transaction: CodeTransaction;
  code: string;
  addresses: GithubAddresses;
  signal?: AbortSignal;
};

/** Exchanges the code, with the secrets in their order. Rejects with `Refusal` only. */
export async function redeemGithubCode(http: UpstreamHttp, question: Question): Promise<string> {
  let refused: Refusal | undefined;
  for (const credential of question.connection.credentials) {
    try {
      if (credential.kind !== 'client-secret') throw refusal('upstream.credentials-unusable');
      return await redeemWith(http, question, credential.value);
    } catch (error) {
      const next = error instanceof Refusal ? error : refusal('upstream.unexpected');
      if (!isAboutCredentials(next)) throw next;
      refused = next;
    }
  }
  throw refused ?? refusal('upstream.credentials-missing');
}

async function redeemWith(http: UpstreamHttp, question: Question, secret: string): Promise<string> {
  const { connection, transaction, code, addresses, signal } = question;
  const { redirectUri, codeVerifier } = transaction;
  const form = {
    ...{ client_id: connection.clientId, client_secret: secret },
    ...{ code, redirect_uri: redirectUri, code_verifier: codeVerifier },
  };
  const answer = await http
    .json(addresses.token, { method: 'POST', form, signal, maxBytes })
    .catch((error: unknown) => {
      throw unreachable(error);
    });
  const secrets = [secret, code, codeVerifier];
  const reply = readTokenReply(answer, secrets);
  if (Object.hasOwn(reply, 'error')) throw refusedBy(reply, secrets);
  return accessTokenIn(reply);
}

/** GitHub answers 200 to what it refuses, with names of its own for it. */
function refusedBy(reply: JsonObject, secrets: string[]): Refusal {
  const upstream = reportOf(reply, secrets);
  const details = { status: 200, error: upstream.error ?? 'unnamed' };
  const names: Record<string, Refusal['code']> = {
    incorrect_client_credentials: 'upstream.credentials-refused',
    bad_verification_code: 'upstream.code-refused',
  };
  const code = (upstream.error && Object.hasOwn(names, upstream.error) && names[upstream.error]) || undefined;
  return new Refusal('upstream.token-request', code ?? 'upstream.token-refused', details, upstream);
}

function accessTokenIn(reply: JsonObject): string {
  const [token, type] = [own(reply, 'access_token'), own(reply, 'token_type')];
  const isBearer = typeof type === 'string' && type.toLowerCase() === 'bearer';
  if (typeof token === 'string' && /^[\x21-\x7e]{1,4096}$/.test(token) && isBearer) return token;
  throw refusal('upstream.token-answer-invalid', { problem: isBearer ? 'access-token' : 'token-type' });
}

function refusal(code: Refusal['code'], details?: Refusal['details']): Refusal {
  return new Refusal('upstream.token-request', code, details);
}

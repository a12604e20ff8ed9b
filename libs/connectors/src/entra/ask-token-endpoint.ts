import { Refusal } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { UpstreamHttpError } from '../http/upstream-http.error.js';
import { isObject, own, type JsonObject } from '../json.js';
import { isRefusedAddress } from '../provider-cache.js';
import { clientAuthentication } from './client-authentication.js';
import type { EntraConnection, EntraCredential } from './entra-connection.js';
import { reportOf } from './provider-report.js';

/** The largest ID tokens (Entra's, with groups up to the overage limit) are some ten kilobytes. */
export const maxBytes = 256 * 1024;

export type TokenQuestion = {
  tokenEndpoint: string;
  connection: Pick<EntraConnection, 'clientId' | 'credentials'>;
  form: Record<string, string>;
  now: Date;
  signal?: AbortSignal;
};
export type TokenReply = { reply: JsonObject; credentialKind: EntraCredential['kind']; refusedBefore: number };

/**
 * One question to a token endpoint, with the connection's credentials in their order: the next one is tried only when
 * the endpoint says `invalid_client`. Rejects with `Refusal` only.
 */
export async function askTokenEndpoint(http: UpstreamHttp, question: TokenQuestion): Promise<TokenReply> {
  const { credentials } = question.connection;
  let refused: Refusal | undefined;
  for (const [refusedBefore, credential] of credentials.entries()) {
    try {
      const reply = await ask(http, question, credential);
      return { reply, credentialKind: credential.kind, refusedBefore };
    } catch (error) {
      const next = error instanceof Refusal ? error : refusal('upstream.unexpected');
      if (!isAboutCredentials(next)) throw next;
      refused = next;
    }
  }
  throw refused ?? refusal('upstream.credentials-missing');
}

/** Whether another credential might help. */
export function isAboutCredentials({ code }: Refusal): boolean {
  return code === 'upstream.credentials-refused' || code === 'upstream.credentials-unusable';
}

async function ask(http: UpstreamHttp, question: TokenQuestion, credential: EntraCredential): Promise<JsonObject> {
  const { tokenEndpoint, connection, signal } = question;
  const proof = proofOf(question, credential);
  const form = { ...question.form, client_id: connection.clientId, ...proof };
  const answer = await http.json(tokenEndpoint, { method: 'POST', form, signal, maxBytes }).catch((error: unknown) => {
    throw unreachable(error);
  });
  const { code = '', code_verifier = '' } = question.form;
  return readTokenReply(answer, [...Object.values(proof), code, code_verifier]);
}

/**
 * A token endpoint's answer as an object, or the refusal it stands for.
 * @param secrets texts that were part of the request: none of them comes out again in a report
 */
export function readTokenReply({ status, json }: { status: number; json: unknown }, secrets: string[]): JsonObject {
  if (status === 200 && isObject(json)) return json;
  if (status === 200) throw refusal('upstream.token-answer-invalid', { problem: 'not-an-object' });
  if (status >= 500 || status === 429) throw refusal('upstream.token-unreachable', { status });
  throw refusedBy(json, status, secrets);
}

function proofOf(
  { tokenEndpoint, connection, now }: TokenQuestion,
  credential: EntraCredential,
): Record<string, string> {
  try {
    const seconds = Math.floor(now.getTime() / 1000);
    return clientAuthentication(credential, { clientId: connection.clientId, tokenEndpoint, now: seconds });
  } catch {
    throw refusal('upstream.credentials-unusable', { credential: credential.kind });
  }
}

/** Branches on the specification's error names; Entra's numbers are for explanation only. */
function refusedBy(json: unknown, status: number, secrets: string[]): Refusal {
  const upstream = reportOf(json, secrets);
  const error = isObject(json) ? own(json, 'error') : undefined;
  const details = { status, error: upstream.error ?? 'unnamed' };
  if (error === 'invalid_client' || error === 'unauthorized_client') {
    return new Refusal('upstream.token-request', 'upstream.credentials-refused', details, upstream);
  }
  const code = error === 'invalid_grant' ? 'upstream.code-refused' : 'upstream.token-refused';
  return new Refusal('upstream.token-request', code, details, upstream);
}

/** Why a token endpoint could not be asked, as a refusal. */
export function unreachable(error: unknown): Refusal {
  const { problem, status } = error instanceof UpstreamHttpError ? error : new UpstreamHttpError('unreachable');
  const details = { problem, ...(status === undefined ? {} : { status }) };
  if (problem === 'aborted') return refusal('upstream.aborted', details);
  if (isRefusedAddress(problem)) return refusal('upstream.address-refused', details);
  const answered = problem === 'too-large' || problem === 'redirected' || (problem === 'not-json' && status === 200);
  return refusal(answered ? 'upstream.token-answer-invalid' : 'upstream.token-unreachable', details);
}

function refusal(code: Refusal['code'], details?: Refusal['details']): Refusal {
  return new Refusal('upstream.token-request', code, details);
}

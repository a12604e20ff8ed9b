import { Refusal } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { UpstreamHttpError } from '../http/upstream-http.error.js';
import { isObject, own, type JsonObject } from '../json.js';
import { isRefusedAddress } from '../provider-cache.js';

/** The largest answer we read about a person. */
const maxBytes = 64 * 1024;

/**
 * What the provider says about the person of this access token. It must name the same subject as the ID token
 * (OpenID Connect Core §5.3.2): otherwise tokens were swapped, and the sign-in ends.
 */
export async function readUserinfo(
  http: UpstreamHttp,
  { url, accessToken, subject, signal }: { url: string; accessToken: string; subject: string; signal?: AbortSignal },
): Promise<JsonObject> {
  const headers = { authorization: `Bearer ${accessToken}` };
  const userinfo = await askAboutPerson(http, url, { headers, signal });
  if (!isObject(userinfo)) throw profileRefusal('upstream.profile-invalid', { problem: 'not-an-object' });
  if (own(userinfo, 'sub') !== subject) throw profileRefusal('upstream.profile-mismatch', { claim: 'sub' });
  return userinfo;
}

/**
 * One question about a person.
 * @throws Refusal `upstream.profile-unreachable` or `upstream.profile-invalid`
 */
export async function askAboutPerson(
  http: UpstreamHttp,
  url: string,
  request: { headers: Record<string, string>; signal?: AbortSignal },
): Promise<unknown> {
  const { status, json } = await http.json(url, { ...request, maxBytes }).catch((error: unknown) => {
    throw whyNot(error);
  });
  if (status === 200) return json;
  throw profileRefusal('upstream.profile-unreachable', { status });
}

function whyNot(error: unknown): Refusal {
  const { problem, status } = error instanceof UpstreamHttpError ? error : new UpstreamHttpError('unreachable');
  const details = { problem, ...(status === undefined ? {} : { status }) };
  if (problem === 'aborted') return profileRefusal('upstream.aborted', details);
  if (isRefusedAddress(problem)) return profileRefusal('upstream.address-refused', details);
  const answered = problem === 'too-large' || problem === 'redirected' || (problem === 'not-json' && status === 200);
  return profileRefusal(answered ? 'upstream.profile-invalid' : 'upstream.profile-unreachable', details);
}

export function profileRefusal(code: Refusal['code'], details?: Refusal['details']): Refusal {
  return new Refusal('upstream.profile', code, details);
}

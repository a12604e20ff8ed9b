import type { UpstreamClaims } from '@homerealm/domain';
import { Refusal, type CheckList } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { isObject, own, ownText, type JsonObject } from '../json.js';
import type { GithubAddresses } from './github-addresses.js';
import { present, readEmail, readPicture } from './oidc-claims.js';
import { askAboutPerson, profileRefusal } from './read-userinfo.js';

export type GithubPerson = { subject: string; claims: UpstreamClaims };
type Question = { accessToken: string; addresses: GithubAddresses; signal?: AbortSignal; checks: CheckList };

/** Who the access token speaks for: the account by its number, which stays when the name changes hands. */
export async function readGithubPerson(http: UpstreamHttp, question: Question): Promise<GithubPerson> {
  const { addresses, checks } = question;
  const user = await ask(http, addresses.user, question);
  if (!isObject(user)) throw profileRefusal('upstream.profile-invalid', { problem: 'not-an-object' });
  const subject = accountNumber(user);
  checks.passed('upstream.profile', { source: 'user' });
  const email = await readPrimaryEmail(http, question);
  return {
    subject,
    claims: present({
      ...email,
      preferredUsername: ownText(user, 'login', 512),
      displayName: ownText(user, 'name', 512),
      picture: readPicture(own(user, 'avatar_url')),
    }),
  };
}

function accountNumber(user: JsonObject): string {
  const [id, type] = [own(user, 'id'), own(user, 'type')];
  if (type !== undefined && type !== 'User')
    throw profileRefusal('upstream.profile-invalid', { problem: 'not-a-person' });
  if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return String(id);
  throw profileRefusal('upstream.profile-invalid', { problem: 'id' });
}

/**
 * The primary address, verified or not. The one on the public profile is not looked at: anybody may write anything there.
 * Without the permission the email is absent; when GitHub does not answer, the sign-in ends.
 */
async function readPrimaryEmail(
  http: UpstreamHttp,
  question: Question,
): Promise<Pick<UpstreamClaims, 'email' | 'emailVerified'>> {
  const { addresses, checks } = question;
  const list = await ask(http, addresses.emails, question).catch((error: unknown) => {
    const status = error instanceof Refusal ? error.details?.['status'] : undefined;
    if (status !== 403 && status !== 404) throw error;
    checks.failed('upstream.emails', { reason: 'permission-missing', status });
    return undefined;
  });
  if (list === undefined) return {};
  if (!Array.isArray(list) || list.length > 100)
    throw profileRefusal('upstream.profile-invalid', { problem: 'emails' });
  const primary = list.filter(isObject).find((entry) => own(entry, 'primary') === true);
  const email = primary && readEmail(primary, 'email');
  const emailVerified = primary && own(primary, 'verified') === true;
  checks.passed('upstream.emails', {
    email: email === undefined ? 'absent' : emailVerified ? 'verified' : 'not-verified',
  });
  return email === undefined ? {} : { email, emailVerified };
}

const ask = (http: UpstreamHttp, url: string, { accessToken, signal }: Question): Promise<unknown> =>
  askAboutPerson(http, url, {
    headers: {
      authorization: `Bearer ${accessToken}`,
      accept: 'application/vnd.github+json',
      // GitHub turns away who does not name itself.
      'user-agent': 'homerealm',
      'x-github-api-version': '2022-11-28',
    },
    signal,
  });

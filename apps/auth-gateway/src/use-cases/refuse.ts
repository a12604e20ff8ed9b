import type { AttemptId, Check } from '@homerealm/domain';
import type { Attempt, UpstreamTrouble } from '../domain/attempt.js';
import type { SignInNews } from './attempts.port.js';

/** What is known of a try so far. Times in milliseconds since 1970. */
export type Try = {
  attemptId: AttemptId;
  startedAt: number;
  applicationId: string | null;
  organizationId: string | null;
  connectionId: string | null;
};

export type Refused = { attempt: Attempt; news: SignInNews };

export type RefusedBecause = {
  code: string;
  checks: readonly Check[];
  trouble?: UpstreamTrouble | null;
  userId?: string | null;
  /** A tenant that might be let in: told to whoever keeps the list. */
  tenantId?: string | undefined;
};

/** A refused try as its record and its event. */
export function refuse(tried: Try, now: number, because: RefusedBecause): Refused {
  const { code, checks, trouble = null, userId = null } = because;
  const { attemptId, applicationId, organizationId, connectionId } = tried;
  const attempt: Attempt = {
    ...{ attemptId, applicationId, organizationId, connectionId, userId, code, checks },
    startedAt: new Date(tried.startedAt),
    finishedAt: new Date(now),
    outcome: 'refused',
    upstream: trouble,
  };
  const data = toData(attempt);
  return { attempt, news: { signIn: { type: 'SignInRefused', data }, ...tenantNews(data, because.tenantId) } };
}

function tenantNews(
  { attemptId, connectionId }: RefusedData,
  tenantId: string | undefined,
): Pick<SignInNews, 'tenant'> {
  if (tenantId === undefined || connectionId === null) return {};
  return { tenant: { type: 'TenantRefused', data: { attemptId, connectionId, tenantId } } };
}

type RefusedData = Extract<NonNullable<SignInNews['signIn']>, { type: 'SignInRefused' }>['data'];

/** Ids were checked where they came in; an id that an application made up does not travel as one. */
const toData = ({ attemptId, code, userId, connectionId, applicationId, organizationId }: Attempt): RefusedData => ({
  attemptId,
  code: code ?? '',
  applicationId,
  userId: idOr(userId, 'user') as RefusedData['userId'],
  connectionId: idOr(connectionId, 'conn') as RefusedData['connectionId'],
  organizationId: idOr(organizationId, 'org') as RefusedData['organizationId'],
});

const idOr = (text: string | null, prefix: string) =>
  text !== null && new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`).test(text) ? text : null;

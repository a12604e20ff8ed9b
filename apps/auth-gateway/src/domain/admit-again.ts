import type { Check } from '@homerealm/domain';
import { admit, takesOwnSignIn, type AdmissionFacts, type AdmissionRefusal } from './admit.js';

/** What was heard since of those a sign-in rests on. */
export type Ended = {
  /** Suspended or deleted. */
  user: boolean;
  /** The organization signed in to was suspended or deleted. */
  organization: boolean;
  /** The user left that organization. */
  membership: boolean;
  /** The identity signed in with was removed. */
  identity: boolean;
};

export const nothingEnded: Ended = { user: false, organization: false, membership: false, identity: false };

/** A sign-in of before that is to serve again: for another code, another token, or an answer about the person. */
export type SignInOfBefore = {
  /** Null: it came through no connection, but by a code of ours. */
  connectionId: string | null;
  /** The Entra tenant of the account, where there was one. */
  tenantId?: string;
  /** The organization it was for. */
  organizationId: string | null;
  /** Seconds that the organization lets a sign-in serve; absent: as long as the application does. */
  organizationSessionSeconds?: number;
  /** ISO 8601 in UTC. */
  signedInAt: string;
};

export type AgainFacts = Pick<
  AdmissionFacts,
  'now' | 'connection' | 'applicationId' | 'applicationConnections' | 'authorities'
> & {
  before: SignInOfBefore;
  ended: Ended;
  /** What this authorize request asks for; null where nothing was asked. */
  asks: { organizationId: string | null; connectionId: string | null };
  /** Seconds that a sign-in may serve this application; null: as long as it lasts. */
  servesFor: number | null;
};

type AgainRow = { check: string; refusal: string; holds: (facts: AgainFacts) => boolean };

const rows = [
  { check: 'user.is-active', refusal: 'user.suspended', holds: ({ ended }) => !ended.user },
  { check: 'organization.is-active', refusal: 'organization.suspended', holds: ({ ended }) => !ended.organization },
  { check: 'organization.has-member', refusal: 'organization.not-a-member', holds: ({ ended }) => !ended.membership },
  { check: 'user.has-identity', refusal: 'user.identity-removed', holds: ({ ended }) => !ended.identity },
  {
    check: 'session.is-young-enough',
    refusal: 'session.too-old',
    holds: ({ now, before, servesFor }) =>
      servesFor === null || now - Date.parse(before.signedInAt) < servesFor * 1_000,
  },
  {
    check: 'session.is-for-organization',
    refusal: 'session.other-organization',
    holds: ({ asks, before }) => asks.organizationId === null || asks.organizationId === before.organizationId,
  },
  {
    check: 'session.is-through-connection',
    refusal: 'session.other-connection',
    holds: ({ asks, before }) => asks.connectionId === null || asks.connectionId === before.connectionId,
  },
] as const satisfies readonly AgainRow[];

export type AgainRefusal = (typeof rows)[number]['refusal'] | AdmissionRefusal;
export type AdmissionAgain =
  { admitted: true; checks: Check[] } | { admitted: false; code: AgainRefusal; checks: Check[] };

/**
 * The admission gate for everything that rests on a sign-in of before: sessions, codes, refresh tokens and access
 * tokens. What would refuse the sign-in today refuses its session too; but the environment's policies on signing in
 * without a provider hold for new sign-ins only.
 */
export function admitAgain(facts: AgainFacts): AdmissionAgain {
  const checks: Check[] = [];
  for (const { check, refusal, holds } of rows) {
    const passed = holds(facts);
    checks.push({ code: check, outcome: passed ? 'passed' : 'failed' });
    if (!passed) return { admitted: false, code: refusal, checks };
  }
  if (facts.before.connectionId === null) return admitOwnAgain(facts, checks);
  const { organizationId, tenantId } = facts.before;
  // Of the account only its tenant is asked about.
  const account = tenantId === undefined ? {} : { account: { kind: 'entra', tenantId, objectId: '' } as const };
  const gate = admit({ ...facts, organizationId, ...account });
  const all = [...checks, ...gate.checks];
  return gate.admitted ? { admitted: true, checks: all } : { admitted: false, code: gate.code, checks: all };
}

/** Without a connection there is the application’s list left to ask. */
function admitOwnAgain({ applicationConnections }: AgainFacts, before: Check[]): AdmissionAgain {
  const admitted = takesOwnSignIn(applicationConnections);
  const outcome = admitted ? 'passed' : 'failed';
  const checks: Check[] = [...before, { code: 'application.takes-own-sign-in', outcome }];
  return admitted ? { admitted, checks } : { admitted, code: 'application.other-connections', checks };
}

import type { TestReport } from '@homerealm/contracts';
import type { Check, UpstreamAccount } from '@homerealm/domain';
import type { UpstreamTrouble } from './attempt.js';
import type { Claims } from './token-claims.js';
import type { SignedIn } from './to-sign-in-facts.js';

/** A test sign-in that went all the way: what the directory would do, and what the tokens would say. */
export type WouldBe = { answer: SignedIn; account: UpstreamAccount; accessToken: Claims; idToken: Claims };

const nothing: NonNullable<SignedIn['difference']> = {
  ...{ userCreated: false, identitiesAdded: [], identitiesRemoved: [], identitiesVerified: [] },
  ...{ profileChanged: [], joinedOrganization: null },
};

/** The report of a run that failed. */
export function failedReport(code: string, checks: readonly Check[], trouble: UpstreamTrouble | null): TestReport {
  const upstream = trouble && { ...trouble, aadsts: [...trouble.aadsts] };
  return { passed: false, code, checks: [...checks], upstream, predicted: null };
}

/** The report of a run that passed. Names and numbers only: no value of the tester’s profile is kept. */
export function passedReport(checks: readonly Check[], would: WouldBe): TestReport {
  const { change, difference = nothing, userId } = would.answer;
  const { groups } = would.account;
  return {
    ...{ passed: true, code: null, checks: [...checks], upstream: null },
    predicted: {
      // The id of a user who would be made stands for nobody.
      ...{ change, userId: change === 'created' ? null : userId, difference },
      groups: groups ? { completeness: groups.completeness, count: countOf(groups) } : null,
      accessTokenClaims: Object.keys(would.accessToken).sort(),
      idTokenClaims: Object.keys(would.idToken).sort(),
    },
  };
}

const countOf = (groups: NonNullable<UpstreamAccount['groups']>): number =>
  groups.completeness === 'complete' ? groups.groups.length : 0;

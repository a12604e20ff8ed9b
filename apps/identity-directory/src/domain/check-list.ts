import type { Check } from '@homerealm/domain';

/** The codes of the checks a sign-in goes through, in the order they are made. `docs` and the console list them. */
export const signInChecks = [
  'organization.connection-match',
  'organization.found',
  'organization.active',
  'account.known',
  'email.proven',
  'identity.pending',
  'email.verified-identity',
  'user.no-other-enterprise-identity',
  'identity.verified',
  'user.not-enterprise',
  'identity.only-claim',
  'username.email',
  'username.valid',
  'username.free',
  'user.provisioning',
  'user.active',
  'organization.member',
] as const;
export type SignInCheck = (typeof signInChecks)[number];

/** One line of the decision record. A failed check is not yet a refusal: the next row of the table may fit. */
export function check(code: SignInCheck, outcome: Check['outcome'] | boolean, details?: Check['details']): Check {
  const word = outcome === true ? 'passed' : outcome === false ? 'failed' : outcome;
  return details ? { code, outcome: word, details } : { code, outcome: word };
}

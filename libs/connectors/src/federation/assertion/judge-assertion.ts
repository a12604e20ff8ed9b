import { Refusal, type CheckList } from '../../check-list.js';
import type { Asserted, AssertedPeriod } from './asserted.js';

/** How far a clock at the provider may be away from ours; Entra adds no buffer of its own. */
export const acceptedSkewMs = 120_000;

/** What an assertion must say to be meant for this sign-in. */
export type Expected = {
  issuer: string;
  /** Our realm or entity ID; with `spn:` before it, it is meant as well. */
  audience: string;
  callbackUrl: string;
  /** The id of our request; null: there was none, and the assertion may not answer any. */
  requestId: string | null;
  /** SAML's bearer profile wants the recipient named; WS-Federation does not know it. */
  recipientRequired: boolean;
  /** Milliseconds after its issue when nobody's sign-in waits for it any more; null: its own times decide. */
  longestWayMs?: number | null;
  now: Date;
};

/**
 * Holds an assertion against what is expected, each thing as a check of its own. What it says about the person is looked
 * at elsewhere.
 * @throws Refusal with the check that failed
 */
export function judgeAssertion(asserted: Asserted, expected: Expected, checks: CheckList): void {
  checkIssuer(asserted, expected);
  checks.passed('upstream.issuer', { issuer: asserted.issuer });
  checkAudience(asserted, expected);
  checks.passed('upstream.audience');
  checkRecipient(asserted, expected);
  checks.passed('upstream.recipient', { named: asserted.confirmation.recipient !== undefined });
  checkInResponseTo(asserted, expected);
  checks.passed('upstream.in-response-to');
  checkTimes(asserted, expected);
  checks.passed('upstream.times');
}

function checkIssuer({ issuer }: Asserted, expected: Expected): void {
  if (issuer !== expected.issuer) throw new Refusal('upstream.issuer', 'upstream.issuer-mismatch');
}

function checkAudience({ audiences }: Asserted, { audience }: Expected): void {
  const ours = [audience, `spn:${audience}`];
  const named = audiences.length > 0 && audiences.every((list) => list.some((entry) => ours.includes(entry)));
  if (!named) throw new Refusal('upstream.audience', 'upstream.audience-mismatch');
}

function checkRecipient({ confirmation }: Asserted, { callbackUrl, recipientRequired }: Expected): void {
  if (!confirmation.bearer) throw new Refusal('upstream.recipient', 'upstream.confirmation-invalid');
  const { recipient } = confirmation;
  if (recipient === undefined && !recipientRequired) return;
  if (recipient !== callbackUrl) throw new Refusal('upstream.recipient', 'upstream.recipient-mismatch');
}

function checkInResponseTo({ confirmation }: Asserted, { requestId }: Expected): void {
  const answers = confirmation.inResponseTo;
  if (requestId !== null && answers === undefined) {
    throw new Refusal('upstream.in-response-to', 'upstream.in-response-to-missing');
  }
  if (answers !== (requestId ?? undefined)) {
    throw new Refusal('upstream.in-response-to', 'upstream.in-response-to-mismatch');
  }
}

function checkTimes(asserted: Asserted, { now: moment, longestWayMs }: Expected): void {
  const now = moment.getTime();
  const { issuedAt, conditions, confirmation, signedInAt, sessionEndsAt } = asserted;
  const { notBefore, notOnOrAfter } = conditions;
  if (notBefore === undefined || notOnOrAfter === undefined || notBefore >= notOnOrAfter)
    throw wrongTimes('conditions');
  for (const period of [conditions, confirmation]) checkPeriod(period, now);
  checkPeriod({ notBefore: undefined, notOnOrAfter: sessionEndsAt }, now);
  if (issuedAt - acceptedSkewMs > now || signedInAt - acceptedSkewMs > now) {
    throw new Refusal('upstream.times', 'upstream.issued-in-future');
  }
  if (typeof longestWayMs === 'number' && issuedAt + longestWayMs + acceptedSkewMs <= now) {
    throw new Refusal('upstream.times', 'upstream.expired', { problem: 'issued-too-long-ago' });
  }
}

const wrongTimes = (problem: string) => new Refusal('upstream.times', 'upstream.times-invalid', { problem });

function checkPeriod({ notBefore, notOnOrAfter }: AssertedPeriod, now: number): void {
  if (notBefore !== undefined && notBefore - acceptedSkewMs > now) {
    throw new Refusal('upstream.times', 'upstream.not-yet-valid');
  }
  if (notOnOrAfter !== undefined && notOnOrAfter + acceptedSkewMs <= now) {
    throw new Refusal('upstream.times', 'upstream.expired');
  }
}

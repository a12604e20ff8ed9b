import type { CredentialId } from '@homerealm/domain';

/** What a try of a credential showed, and since when every try has. */
export type ProbeRecord = {
  credentialId: CredentialId;
  outcome: ProbeOutcome;
  error: string | null;
  aadsts: readonly string[];
  since: Date;
  checkedAt: Date;
};
export type ProbeOutcome = 'works' | 'wrong' | 'expired' | 'unreachable' | 'refused';
export type ProbeFinding = Pick<ProbeRecord, 'outcome' | 'error' | 'aadsts'>;

/** Joins a finding to what was known. Told is only what differs; a credential that works from the start is no news. */
export function recordProbe(
  credentialId: CredentialId,
  before: ProbeRecord | undefined,
  finding: ProbeFinding,
  now: Date,
): { record: ProbeRecord; isNews: boolean } {
  const same = before?.outcome === finding.outcome;
  const record = { credentialId, ...finding, since: same ? before.since : now, checkedAt: now };
  return { record, isNews: !same && (before !== undefined || finding.outcome !== 'works') };
}

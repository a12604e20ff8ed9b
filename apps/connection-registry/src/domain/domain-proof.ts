/** How far the proof of a home realm domain is. */
export type DomainProof = {
  domain: string;
  token: string;
  state: 'pending' | 'verified' | 'failed';
  problem: 'record-missing' | 'record-differs' | 'dns-unreachable' | null;
  requestedAt: Date;
  checkedAt: Date | null;
  verifiedAt: Date | null;
};

/** What the DNS says: the texts of all TXT records of a name, none, or nothing that counts. */
export type DnsAnswer = { kind: 'found'; texts: readonly string[] } | { kind: 'absent' } | { kind: 'unreachable' };

export const challengeName = (domain: string): string => `_homerealm-challenge.${domain}`;
export const challengeText = (token: string): string => `homerealm-domain-verification=${token}`;

/**
 * What a look into the DNS makes of a proof. A DNS that does not answer proves nothing and disproves nothing; a record
 * that is gone ends the proof.
 */
export function judgeProof(proof: DomainProof, answer: DnsAnswer, now: Date): DomainProof {
  if (answer.kind === 'unreachable') return { ...proof, problem: 'dns-unreachable', checkedAt: now };
  const expected = challengeText(proof.token);
  const isThere = answer.kind === 'found' && answer.texts.some((text) => text.trim() === expected);
  if (isThere) {
    const verifiedAt = proof.state === 'verified' ? proof.verifiedAt : now;
    return { ...proof, state: 'verified', problem: null, checkedAt: now, verifiedAt };
  }
  const problem = answer.kind === 'found' ? 'record-differs' : 'record-missing';
  return { ...proof, state: 'failed', problem, checkedAt: now, verifiedAt: null };
}

/** What to tell about a change of a proof: that it is there now, that it is gone, or nothing. */
export function toldOfProof(before: DomainProof['state'], after: DomainProof['state']): boolean | undefined {
  if (after === before) return undefined;
  if (after === 'verified') return true;
  return before === 'verified' ? false : undefined;
}

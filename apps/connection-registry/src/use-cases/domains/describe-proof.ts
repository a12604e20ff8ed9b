import type { DomainVerificationResponse } from '@homerealm/contracts';
import { challengeName, challengeText, type DomainProof } from '../../domain/domain-proof.js';

/** A proof as the API shows it, with what is to be published. */
export const describeProof = (proof: DomainProof): DomainVerificationResponse => ({
  domain: proof.domain,
  state: proof.state,
  recordName: challengeName(proof.domain),
  recordValue: challengeText(proof.token),
  problem: proof.problem,
  requestedAt: proof.requestedAt.toISOString(),
  checkedAt: proof.checkedAt?.toISOString() ?? null,
  verifiedAt: proof.verifiedAt?.toISOString() ?? null,
});

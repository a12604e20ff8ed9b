import type { ConnectionId } from '@homerealm/domain';
import type { DnsAnswer, DomainProof } from '../../domain/domain-proof.js';

export type OwnedProof = { connectionId: ConnectionId; proof: DomainProof };

/** Proofs of home realm domains. Only those of domains that the connection still has count. */
export abstract class DomainProofs {
  abstract of(connectionId: ConnectionId): Promise<DomainProof[]>;
  /** Starts a proof, or returns the one there is: its token stays the same, because it may be published already. */
  abstract start(connectionId: ConnectionId, proof: DomainProof): Promise<DomainProof>;
  /** Judges what the DNS said, keeps it and tells what changed. Undefined when the proof is gone meanwhile. */
  abstract judge(
    connectionId: ConnectionId,
    looked: { domain: string; token: string },
    answer: DnsAnswer,
    now: Date,
  ): Promise<DomainProof | undefined>;
  /** Takes the proof that is due to be looked at again; nobody else gets it before `again`. */
  abstract take(now: Date, again: Date): Promise<OwnedProof | undefined>;
}

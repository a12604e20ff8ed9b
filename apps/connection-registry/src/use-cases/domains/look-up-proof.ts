import { Injectable } from '@nestjs/common';
import { challengeName, type DomainProof } from '../../domain/domain-proof.js';
import { DnsLookup } from './dns-lookup.port.js';
import { DomainProofs, type OwnedProof } from './domain-proofs.port.js';

/** Asks the DNS for a proof and keeps what it said. */
@Injectable()
export class LookUpProof {
  constructor(
    private readonly dns: DnsLookup,
    private readonly proofs: DomainProofs,
  ) {}

  async execute({ connectionId, proof }: OwnedProof, now: Date): Promise<DomainProof | undefined> {
    const answer = await this.dns.texts(challengeName(proof.domain));
    return this.proofs.judge(connectionId, proof, answer, now);
  }
}

import { Injectable } from '@nestjs/common';
import { Surroundings } from '../surroundings.port.js';
import { DomainProofs } from './domain-proofs.port.js';
import { LookUpProof } from './look-up-proof.js';

const day = 86_400_000;

/** The daily look: a proof holds as long as its record is there. Nothing of this changes where people are led. */
@Injectable()
export class CheckDueProofs {
  constructor(
    private readonly proofs: DomainProofs,
    private readonly lookUp: LookUpProof,
    private readonly surroundings: Surroundings,
  ) {}

  /** @returns how many were looked at */
  async execute(stop?: AbortSignal): Promise<number> {
    for (let done = 0; ; done += 1) {
      const now = this.surroundings.now();
      const owned = stop?.aborted ? undefined : await this.proofs.take(now, new Date(now.getTime() + day));
      if (owned === undefined) return done;
      await this.lookUp.execute(owned, this.surroundings.now());
    }
  }
}

import type { DomainVerificationResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { connectionErrors } from '../../domain/connection.errors.js';
import { Connections } from '../connections.port.js';
import { Surroundings } from '../surroundings.port.js';
import { describeProof } from './describe-proof.js';
import { DomainProofs } from './domain-proofs.port.js';
import { findDomain } from './find-domain.js';
import { LookUpProof } from './look-up-proof.js';

/** Looks for the record at once, because somebody asks. */
@Injectable()
export class CheckVerification {
  constructor(
    private readonly connections: Connections,
    private readonly proofs: DomainProofs,
    private readonly lookUp: LookUpProof,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(id: string, text: string): Promise<DomainVerificationResponse> {
    const { connection, domain } = await findDomain(this.connections, id, text);
    const { connectionId } = connection.settings;
    const proof = (await this.proofs.of(connectionId)).find((one) => one.domain === domain);
    if (proof === undefined) throw connectionErrors('connection.proof-not-requested');
    const judged = await this.lookUp.execute({ connectionId, proof }, this.surroundings.now());
    if (judged === undefined) throw connectionErrors('connection.domain-not-found');
    return describeProof(judged);
  }
}

import { randomBytes } from 'node:crypto';
import type { DomainVerificationResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Connections } from '../connections.port.js';
import { Surroundings } from '../surroundings.port.js';
import { describeProof } from './describe-proof.js';
import { DomainProofs } from './domain-proofs.port.js';
import { findDomain } from './find-domain.js';

@Injectable()
export class RequestVerification {
  constructor(
    private readonly connections: Connections,
    private readonly proofs: DomainProofs,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(id: string, text: string): Promise<DomainVerificationResponse> {
    const { connection, domain } = await findDomain(this.connections, id, text);
    const token = randomBytes(20).toString('hex');
    const never = { problem: null, checkedAt: null, verifiedAt: null };
    const fresh = { domain, token, state: 'pending' as const, requestedAt: this.surroundings.now(), ...never };
    return describeProof(await this.proofs.start(connection.settings.connectionId, fresh));
  }
}

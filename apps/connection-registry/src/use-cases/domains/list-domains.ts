import type { ConnectionDomainsResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Connections } from '../connections.port.js';
import { findConnection } from '../find-connection.js';
import { describeProof } from './describe-proof.js';
import { DomainProofs } from './domain-proofs.port.js';

@Injectable()
export class ListDomains {
  constructor(
    private readonly connections: Connections,
    private readonly proofs: DomainProofs,
  ) {}

  async execute(id: string): Promise<ConnectionDomainsResponse> {
    const { settings } = await findConnection(this.connections, id);
    const proofs = new Map((await this.proofs.of(settings.connectionId)).map((proof) => [proof.domain, proof]));
    const items = settings.homeRealmDomains.map((domain) => {
      const proof = proofs.get(domain);
      return { domain, verification: proof ? describeProof(proof) : null };
    });
    return { items };
  }
}

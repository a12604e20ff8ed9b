import type { CredentialResponse, CredentialsResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import type { Credential } from '../../domain/connection.js';
import { Connections } from '../connections.port.js';
import { describeCredential } from '../describe-connection.js';
import { findConnection } from '../find-connection.js';
import { describeProbe } from '../upkeep/describe-probe.js';
import { Probes } from '../upkeep/probes.port.js';
import { describeCertificate } from './describe-certificate.js';
import { OpenCredential } from './open-credential.js';

@Injectable()
export class ListCredentials {
  constructor(
    private readonly connections: Connections,
    private readonly openCredential: OpenCredential,
    private readonly probes: Probes,
  ) {}

  async execute(id: string): Promise<CredentialsResponse> {
    const { settings, credentials } = await findConnection(this.connections, id);
    const probed = await this.probes.of(settings.connectionId);
    const described = credentials.map(async (credential): Promise<CredentialResponse> => {
      const probe = probed.find(({ credentialId }) => credentialId === credential.credentialId);
      const certificate = await this.certificateOf(settings.connectionId, credential);
      return { ...describeCredential(credential), ...certificate, ...(probe && { probe: describeProbe(probe) }) };
    });
    return { items: await Promise.all(described) };
  }

  /** Left out where the sealing key is not held: the list is no place to fail for that. */
  private async certificateOf(connectionId: string, credential: Credential) {
    if (credential.kind !== 'certificate') return {};
    const opened = await this.openCredential.execute(connectionId, credential).catch(() => undefined);
    return opened?.kind === 'certificate' ? { certificate: describeCertificate(opened.certificatePem) } : {};
  }
}

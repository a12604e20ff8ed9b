import type { CertificateResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { connectionErrors } from '../../domain/connection.errors.js';
import { Connections } from '../connections.port.js';
import { findConnection } from '../find-connection.js';
import { describeCertificate } from './describe-certificate.js';
import { OpenCredential } from './open-credential.js';

@Injectable()
export class ReadCertificate {
  constructor(
    private readonly connections: Connections,
    private readonly openCredential: OpenCredential,
  ) {}

  async execute(id: string, credentialId: string): Promise<CertificateResponse> {
    const { settings, credentials } = await findConnection(this.connections, id);
    const credential = credentials.find((one) => one.credentialId === credentialId);
    if (credential === undefined) throw connectionErrors('connection.credential-not-found');
    if (credential.kind !== 'certificate') throw connectionErrors('connection.no-certificate');
    const opened = await this.openCredential.execute(settings.connectionId, credential);
    if (opened.kind !== 'certificate') throw connectionErrors('connection.no-certificate');
    return describeCertificate(opened.certificatePem);
  }
}

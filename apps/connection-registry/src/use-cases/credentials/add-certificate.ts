import type { CredentialResponse, NewCertificate } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { connectionErrors } from '../../domain/connection.errors.js';
import { decideAddCredential } from '../../domain/decide-credentials.js';
import { type Reading, refuse } from '../../domain/problems.js';
import { isEntraStrategy } from '../../domain/strategy-family.js';
import { Connections } from '../connections.port.js';
import { describeCredential } from '../describe-connection.js';
import { findConnection, lockConnection } from '../find-connection.js';
import { SealSecret } from '../seal-secret.js';
import { Surroundings } from '../surroundings.port.js';
import { CertificateMaker } from './certificate-maker.port.js';
import { describeCertificate } from './describe-certificate.js';

const day = 86_400_000;
const usualDays = 365;
/** Clocks differ; a certificate that begins now would begin in the future elsewhere. */
const early = 5 * 60_000;

/** Makes a key pair here, so that the private key never was anywhere else. */
@Injectable()
export class AddCertificate {
  constructor(
    private readonly connections: Connections,
    private readonly maker: CertificateMaker,
    private readonly sealSecret: SealSecret,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(id: string, { value, problems }: Reading<NewCertificate>, by: string): Promise<CredentialResponse> {
    const { settings } = await findConnection(this.connections, id);
    refuse(problems);
    if (!isEntraStrategy(settings.strategy)) throw connectionErrors('connection.entra-only');
    // Certificates know no parts of seconds.
    const now = new Date(Math.floor(this.surroundings.now().getTime() / 1000) * 1000);
    const notAfter = new Date(now.getTime() + (value.validDays ?? usualDays) * day);
    const commonName = `homerealm ${settings.name}`;
    const made = await this.maker.make({ commonName, notBefore: new Date(now.getTime() - early), notAfter });
    const credential = await this.sealSecret.seal(settings.connectionId, { kind: 'certificate', ...made }, notAfter);
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, settings.connectionId, undefined);
      await connections.save(decideAddCredential(connection, credential, this.surroundings.now()), by);
      return { ...describeCredential(credential), certificate: describeCertificate(made.certificatePem) };
    });
  }
}

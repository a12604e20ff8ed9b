import { credentialSealContext, type OpenedCredential } from '@homerealm/contracts';
import type { ConnectionId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Credential } from '../domain/connection.js';
import { CredentialSealer } from './credential-sealer.port.js';
import { Surroundings } from './surroundings.port.js';

/** Makes a credential of a client secret, or of a private key. From here on that exists in sealed form only. */
@Injectable()
export class SealSecret {
  constructor(
    private readonly sealer: CredentialSealer,
    private readonly surroundings: Surroundings,
  ) {}

  execute(connectionId: ConnectionId, secret: string, expiresAt: Date | null): Promise<Credential> {
    return this.seal(connectionId, { kind: 'client-secret', value: secret }, expiresAt);
  }

  async seal(connectionId: ConnectionId, opened: OpenedCredential, expiresAt: Date | null): Promise<Credential> {
    const credentialId = this.surroundings.newId('cred');
    const context = credentialSealContext(connectionId, credentialId);
    const { sealed, keyId } = await this.sealer.seal(JSON.stringify(opened), context);
    const createdAt = this.surroundings.now();
    return { credentialId, kind: opened.kind, sealed, sealingKeyId: keyId, createdAt, expiresAt };
  }
}

import { credentialSealContext, OpenedCredential } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import type { Credential } from '../../domain/connection.js';
import { connectionErrors } from '../../domain/connection.errors.js';
import { CredentialSealer } from '../credential-sealer.port.js';

/** Opens a credential, for use at once. What comes out is never kept and never shown; a certificate's public half may be. */
@Injectable()
export class OpenCredential {
  constructor(private readonly sealer: CredentialSealer) {}

  /** @throws `connection.credential-sealed` when the key is not held here */
  async execute(connectionId: string, { credentialId, sealed }: Credential): Promise<OpenedCredential> {
    const context = credentialSealContext(connectionId, credentialId);
    const text = await this.sealer.open(sealed, context).catch((error: unknown) => {
      throw connectionErrors('connection.credential-sealed', { reason: String(error) });
    });
    return OpenedCredential.parse(JSON.parse(text));
  }
}

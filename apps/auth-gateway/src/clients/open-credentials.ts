import { credentialSealContext, OpenedCredential, type SealedCredential } from '@homerealm/contracts';
import type { Sealer } from '@homerealm/platform';
import type { KnownConnection } from '../use-cases/connections.port.js';

/** Opens a connection's credentials at the moment of use. Nothing opened is kept. */
export class OpenCredentials {
  constructor(private readonly sealer: Sealer) {}

  /** The usable ones in their order: expired ones, and those sealed with a key that is not held here, are left out. */
  async open({ settings, credentials }: KnownConnection, now: Date): Promise<OpenedCredential[]> {
    const current = credentials.filter(({ expiresAt }) => expiresAt === null || new Date(expiresAt) > now);
    const opened = await Promise.all(current.map((credential) => this.openOne(settings.connectionId, credential)));
    return opened.filter((credential) => credential !== undefined);
  }

  private async openOne(connectionId: string, { credentialId, sealed }: SealedCredential) {
    try {
      const text = await this.sealer.open(sealed, credentialSealContext(connectionId, credentialId));
      return OpenedCredential.parse(JSON.parse(text));
    } catch {
      // The error could quote what was inside. That no credential was usable stands in the attempt.
      return undefined;
    }
  }
}

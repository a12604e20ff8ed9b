import { type CredentialsResponse, isFederationConnection } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import type { Connection, Credential } from '../../domain/connection.js';
import { connectionErrors } from '../../domain/connection.errors.js';
import { hasGraphClient } from '../../domain/federation-rules.js';
import { isEntraStrategy } from '../../domain/strategy-family.js';
import { Connections } from '../connections.port.js';
import { OpenCredential } from '../credentials/open-credential.js';
import { ListCredentials } from '../credentials/list-credentials.js';
import { findConnection } from '../find-connection.js';
import { Surroundings } from '../surroundings.port.js';
import { CredentialProber, Probes } from './probes.port.js';

/** Tries every credential of a connection at its provider. */
@Injectable()
export class ProbeCredentials {
  constructor(
    private readonly connections: Connections,
    private readonly openCredential: OpenCredential,
    private readonly prober: CredentialProber,
    private readonly probes: Probes,
  ) {}

  async execute(id: string, now: Date): Promise<void> {
    const connection = await findConnection(this.connections, id);
    const { settings } = connection;
    if (isFederationConnection(settings) && !hasGraphClient(settings)) {
      throw connectionErrors('connection.graph-client-required', {}, 'clientId');
    }
    if (!isEntraStrategy(settings.strategy)) throw connectionErrors('connection.entra-only');
    await Promise.all(connection.credentials.map((credential) => this.probe(connection, credential, now)));
  }

  private async probe({ settings }: Connection, credential: Credential, now: Date): Promise<void> {
    const { connectionId } = settings;
    const opened = await this.openCredential.execute(connectionId, credential);
    const { credentialId, expiresAt } = credential;
    const finding = await this.prober.probe(settings, opened, { expiresAt, now });
    await this.probes.keep(connectionId, credentialId, finding, now);
  }
}

/** The same at once, because somebody asks; answers with the credentials as they stand now. */
@Injectable()
export class ProbeNow {
  constructor(
    private readonly probeCredentials: ProbeCredentials,
    private readonly listCredentials: ListCredentials,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(id: string): Promise<CredentialsResponse> {
    await this.probeCredentials.execute(id, this.surroundings.now());
    return this.listCredentials.execute(id);
  }
}

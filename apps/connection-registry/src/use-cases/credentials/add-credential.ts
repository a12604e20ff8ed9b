import type { CredentialResponse, NewCredential } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decideAddCredential } from '../../domain/decide-credentials.js';
import { type Reading, refuse } from '../../domain/problems.js';
import { clientProblems, expiryProblems, secretProblems } from '../../domain/secret-problems.js';
import { Connections } from '../connections.port.js';
import { describeCredential } from '../describe-connection.js';
import { findConnection, lockConnection } from '../find-connection.js';
import { SealSecret } from '../seal-secret.js';
import { Surroundings } from '../surroundings.port.js';

@Injectable()
export class AddCredential {
  constructor(
    private readonly connections: Connections,
    private readonly sealSecret: SealSecret,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(id: string, { value, problems }: Reading<NewCredential>, by: string): Promise<CredentialResponse> {
    const { settings } = await findConnection(this.connections, id);
    const now = this.surroundings.now();
    refuse([
      ...problems,
      ...secretProblems(value.secret, 'secret', settings.strategy),
      ...expiryProblems(value.expiresAt, 'expiresAt', now),
      ...clientProblems(settings),
    ]);
    const expiresAt = value.expiresAt ? new Date(value.expiresAt) : null;
    const credential = await this.sealSecret.execute(settings.connectionId, String(value.secret), expiresAt);
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, settings.connectionId, undefined);
      await connections.save(decideAddCredential(connection, credential, now), by);
      return describeCredential(credential);
    });
  }
}

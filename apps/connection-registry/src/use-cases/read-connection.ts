import { type ConnectionResponse, isFederationConnection } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import type { Connection } from '../domain/connection.js';
import { healthWarnings } from '../domain/federation-warnings.js';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { MetadataTurns } from './federation/metadata-turns.port.js';
import { findConnection } from './find-connection.js';
import { Surroundings } from './surroundings.port.js';

@Injectable()
export class ReadConnection {
  constructor(
    private readonly connections: Connections,
    private readonly turns: MetadataTurns,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(id: string): Promise<ConnectionResponse> {
    const connection = await findConnection(this.connections, id);
    const described = describeConnection(connection, this.surroundings.now());
    const warnings = [...described.warnings, ...(await this.metadataWarnings(connection))];
    return { ...described, warnings };
  }

  /** How the scheduled readings go stands beside the connection, and is no part of it. */
  private async metadataWarnings({ settings }: Connection) {
    if (!isFederationConnection(settings) || settings.metadataUrl === null) return [];
    return healthWarnings(await this.turns.healthOf(settings.connectionId));
  }
}

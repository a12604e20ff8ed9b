import {
  type ConnectionResponse,
  type FederationConnectionSettings,
  isFederationConnection,
} from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { about, type Connection } from '../../domain/connection.js';
import { connectionErrors } from '../../domain/connection.errors.js';
import { decideRefresh } from '../../domain/decide-refresh.js';
import type { ProviderReading } from '../../domain/decide-change.js';
import { Connections, type OpenConnections } from '../connections.port.js';
import { describeConnection } from '../describe-connection.js';
import { findConnection, lockConnection } from '../find-connection.js';
import { Surroundings } from '../surroundings.port.js';
import { MetadataTurns } from './metadata-turns.port.js';
import { ReadProvider } from './read-provider.js';

/** Reads a provider's metadata again. What changed makes a new revision. */
@Injectable()
export class RefreshMetadata {
  constructor(
    private readonly connections: Connections,
    private readonly readProvider: ReadProvider,
    private readonly turns: MetadataTurns,
    private readonly surroundings: Surroundings,
  ) {}

  /** @throws what the reading is refused for; what was known stays */
  async execute(id: string, by: string): Promise<ConnectionResponse> {
    const before = await findConnection(this.connections, id);
    const { connectionId } = before.settings;
    const settings = federationOf(before);
    const read = await this.readProvider.execute({ url: settings.metadataUrl }, { ...settings, mayLackPinned: true });
    const connection = await this.connections.transaction(async (connections) => {
      const locked = await lockConnection(connections, connectionId, undefined);
      return isStillOf(settings, locked) ? this.keep(connections, locked, read, by) : locked;
    });
    await this.turns.record(connectionId, null, this.surroundings.now());
    return describeConnection(connection, this.surroundings.now());
  }

  private async keep(connections: OpenConnections, locked: Connection, { provider }: ProviderReading, by: string) {
    const decision = decideRefresh(locked, provider, this.surroundings.now());
    if (decision === undefined) return locked;
    await connections.save(decision, by);
    const data = { ...about(decision.connection), outcome: 'changed' as const, code: null };
    await connections.note(decision.connection, { type: 'ProviderMetadataRead', data });
    return decision.connection;
  }
}

function federationOf({ settings }: Connection): FederationConnectionSettings {
  if (!isFederationConnection(settings)) throw connectionErrors('connection.federation-only');
  if (settings.metadataUrl === null) throw connectionErrors('connection.metadata-pasted');
  return settings;
}

/** Somebody may have pointed the connection elsewhere while its provider was asked: then the answer is of no use. */
function isStillOf(before: FederationConnectionSettings, { settings }: Connection): boolean {
  return settings.revision === before.revision || isSameQuestion(before, settings);
}

function isSameQuestion(before: FederationConnectionSettings, now: Connection['settings']): boolean {
  if (!isFederationConnection(now)) return false;
  const question = ({ metadataUrl, authority, tenantId, pinnedCertificates }: FederationConnectionSettings) =>
    JSON.stringify([metadataUrl, authority, tenantId, pinnedCertificates]);
  return question(before) === question(now);
}

import { type FederationConnectionSettings, isFederationConnection } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import type { ChangedSettings, Connection } from '../../domain/connection.js';
import type { ChangeContext, ProviderReading } from '../../domain/decide-change.js';
import { type MetadataPlan, originOf } from '../../domain/metadata-plan.js';
import { FederationMetadataReader } from './federation-metadata-reader.port.js';
import { Surroundings } from '../surroundings.port.js';
import { MetadataTurns } from './metadata-turns.port.js';
import { ReadProvider } from './read-provider.js';

/** What is known of a connection's provider after a change of its settings. */
@Injectable()
export class ReadChangedProvider {
  constructor(
    private readonly reader: FederationMetadataReader,
    private readonly readProvider: ReadProvider,
    private readonly turns: MetadataTurns,
    private readonly surroundings: Surroundings,
  ) {}

  readonly tenantsUrl: ChangeContext['tenantsMetadataUrl'] = (tenant) => this.reader.tenantsUrl(tenant);

  /** @returns undefined where it stays what it is */
  async execute(
    settings: Connection['settings'],
    changed: ChangedSettings,
    plan: MetadataPlan,
  ): Promise<ProviderReading | undefined> {
    if (!isFederationConnection(settings)) return undefined;
    const after = { ...settings, ...changed } as FederationConnectionSettings;
    const origin = originOf(plan);
    if (origin !== undefined) return this.readProvider.execute(origin, { ...after, mayLackPinned: false });
    return plan.kind === 'narrow' ? { metadataUrl: null, provider: narrowed(after) } : undefined;
  }

  /** What was read and saved works: whoever heard that it does not must hear that, too. */
  async saved({ connectionId }: Connection['settings'], reading: ProviderReading | undefined): Promise<void> {
    if (reading && reading.metadataUrl !== null) await this.turns.record(connectionId, null, this.surroundings.now());
  }
}

/** The plan has seen that all that are pinned are there. */
function narrowed({ provider, pinnedCertificates }: FederationConnectionSettings) {
  const certificates = provider.certificates.filter((one) => pinnedCertificates?.includes(one.thumbprintSha256));
  return { ...provider, certificates };
}

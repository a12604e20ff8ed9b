import { type FederationConnectionSettings, isFederationConnection } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import type { ChangedSettings, Connection } from '../../domain/connection.js';
import type { ChangeContext, ReadProvider as Read } from '../../domain/decide-change.js';
import { type MetadataPlan, originOf } from '../../domain/metadata-plan.js';
import { FederationMetadataReader } from './federation-metadata-reader.port.js';
import { ReadProvider } from './read-provider.js';

/** What is known of a connection's provider after a change of its settings. */
@Injectable()
export class ReadChangedProvider {
  constructor(
    private readonly reader: FederationMetadataReader,
    private readonly readProvider: ReadProvider,
  ) {}

  readonly tenantsUrl: ChangeContext['tenantsMetadataUrl'] = (tenant) => this.reader.tenantsUrl(tenant);

  /** @returns undefined where it stays what it is */
  async execute(
    settings: Connection['settings'],
    changed: ChangedSettings,
    plan: MetadataPlan,
  ): Promise<Read | undefined> {
    if (!isFederationConnection(settings)) return undefined;
    const after = { ...settings, ...changed } as FederationConnectionSettings;
    const origin = originOf(plan);
    if (origin !== undefined) return this.readProvider.execute(origin, { ...after, mayLackPinned: false });
    return plan.kind === 'narrow' ? { metadataUrl: null, provider: narrowed(after) } : undefined;
  }
}

/** The plan has seen that all that are pinned are there. */
function narrowed({ provider, pinnedCertificates }: FederationConnectionSettings) {
  const certificates = provider.certificates.filter((one) => pinnedCertificates?.includes(one.thumbprintSha256));
  return { ...provider, certificates };
}

import { X509Certificate } from 'node:crypto';
import type { FederationCertificate, FederationStrategy } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { connectionErrors } from '../../domain/connection.errors.js';
import type { ProviderReading } from '../../domain/decide-change.js';
import { judgeProvider, type ProviderContext } from '../../domain/judge-provider.js';
import { describeCertificate } from '../credentials/describe-certificate.js';
import { Surroundings } from '../surroundings.port.js';
import { FederationMetadataReader, type ReadMetadata } from './federation-metadata-reader.port.js';

/** Where the metadata comes from; an address of null is the tenant's own. */
export type MetadataOrigin = { url: string | null } | { xml: string };
export type ProviderWanted = ProviderContext & { strategy: FederationStrategy; clientId: string | null };

/** Reads the metadata of a provider and judges what it is worth. */
@Injectable()
export class ReadProvider {
  constructor(
    private readonly reader: FederationMetadataReader,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(origin: MetadataOrigin, wanted: ProviderWanted): Promise<ProviderReading> {
    const metadataUrl = 'xml' in origin ? null : (origin.url ?? this.tenantsUrl(wanted));
    const xml = 'xml' in origin ? origin.xml : await this.reader.fetch(String(metadataUrl), wanted.authority);
    const read = this.reader.read(xml, wanted.strategy === 'entra-saml' ? 'saml' : 'wsfed');
    const described = { ...read, certificates: read.certificates.map(describe) };
    return { metadataUrl, provider: judgeProvider(described, metadataUrl, wanted, this.surroundings.now()) };
  }

  private tenantsUrl({ authority, tenantId, clientId }: ProviderWanted): string {
    if (tenantId === null) throw connectionErrors('connection.metadata-required', {}, 'metadataUrl');
    return this.reader.tenantsUrl({ authority, tenantId, clientId });
  }
}

/** A certificate with times that nobody can read is none. */
function describe(pem: ReadMetadata['certificates'][number]): FederationCertificate {
  try {
    const { thumbprintSha256, notBefore, notAfter } = describeCertificate(pem);
    return { pem: new X509Certificate(pem).toString(), thumbprintSha256, notBefore, notAfter };
  } catch {
    throw connectionErrors('connection.metadata-invalid', { problem: 'certificate' });
  }
}

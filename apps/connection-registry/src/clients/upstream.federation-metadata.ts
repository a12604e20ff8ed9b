import {
  entraMetadataUrl,
  fetchFederationMetadata,
  readFederationMetadata,
  type UpstreamHttp,
} from '@homerealm/connectors';
import { DomainError } from '@homerealm/domain';
import { callProvider } from '@homerealm/platform';
import type { OnModuleDestroy } from '@nestjs/common';
import { connectionErrors } from '../domain/connection.errors.js';
import {
  FederationMetadataReader,
  type FederationProtocol,
  type ReadMetadata,
} from '../use-cases/federation/federation-metadata-reader.port.js';

/** Fetches from authorities through the client of the operator's list, from anywhere else through one for public addresses. */
export class UpstreamFederationMetadata extends FederationMetadataReader implements OnModuleDestroy {
  constructor(
    private readonly authorityHttp: UpstreamHttp,
    private readonly publicHttp: UpstreamHttp,
  ) {
    super();
  }

  onModuleDestroy(): Promise<void> {
    return this.publicHttp.close();
  }

  tenantsUrl(tenant: { authority: string; tenantId: string; clientId: string | null }): string {
    return entraMetadataUrl(tenant);
  }

  async fetch(url: string, authority: string): Promise<string> {
    const http = new URL(url).origin === authority ? this.authorityHttp : this.publicHttp;
    try {
      return await callProvider('read federation metadata', 'federation', () => fetchFederationMetadata(http, url));
    } catch (error) {
      throw inOurWords(error, 'metadataUrl');
    }
  }

  read(xml: string, protocol: FederationProtocol): ReadMetadata {
    try {
      return readFederationMetadata(xml, protocol);
    } catch (error) {
      throw inOurWords(error, undefined);
    }
  }
}

const codes = {
  'upstream.metadata-unreachable': 'connection.metadata-unreachable',
  'upstream.metadata-invalid': 'connection.metadata-invalid',
  'upstream.address-refused': 'connection.metadata-address-refused',
} as const;

/** What the connectors say of a document, as a refusal of a connection's fields; their word on the reason goes to the log. */
function inOurWords(error: unknown, field: string | undefined): unknown {
  if (!(error instanceof DomainError) || !Object.hasOwn(codes, error.code)) return error;
  return connectionErrors(codes[error.code as keyof typeof codes], error.details, field);
}

import { createUpstreamHttp, type UpstreamHttp } from '@homerealm/connectors';
import type { Provider } from '@nestjs/common';
import { UpstreamFederationMetadata } from './clients/upstream.federation-metadata.js';
import type { Settings } from './config.js';
import { MetadataController } from './http/metadata.controller.js';
import { PostgresMetadataTurns } from './store/postgres.metadata-turns.js';
import { PostgresSigningNotices } from './store/postgres.signing-notices.js';
import { FederationMetadataReader } from './use-cases/federation/federation-metadata-reader.port.js';
import { MetadataTurns } from './use-cases/federation/metadata-turns.port.js';
import { ReadChangedProvider } from './use-cases/federation/read-changed-provider.js';
import { ReadProvider } from './use-cases/federation/read-provider.js';
import { RefreshDue } from './use-cases/federation/refresh-due.js';
import { RefreshMetadata } from './use-cases/federation/refresh-metadata.js';
import { SigningNotices } from './use-cases/federation/signing-notices.port.js';
import { TellCertificatesEnding } from './use-cases/federation/tell-certificates-ending.js';

export const federationControllers = [MetadataController];

/**
 * What WS-Federation and SAML connections need beyond the others: the reading of providers' metadata.
 * @param http reaches the operator's authorities
 * @param ca certificates to trust beside those of NODE_EXTRA_CA_CERTS
 */
export const federationProviders = (settings: Settings, http: UpstreamHttp, ca: string | undefined): Provider[] => [
  ...[ReadProvider, ReadChangedProvider, RefreshMetadata, RefreshDue, TellCertificatesEnding],
  { provide: MetadataTurns, useClass: PostgresMetadataTurns },
  { provide: SigningNotices, useClass: PostgresSigningNotices },
  {
    provide: FederationMetadataReader,
    useFactory: () => {
      const { UPSTREAM_PRIVATE_ORIGINS: privateOrigins } = settings;
      const reach = { allowedOrigins: 'any-public', privateOrigins, connections: 4 } as const;
      return new UpstreamFederationMetadata(http, createUpstreamHttp({ ...reach, ...(ca !== undefined && { ca }) }));
    },
  },
];

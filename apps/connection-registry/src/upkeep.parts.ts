import { createCredentialProbes, type EntraAuthorities, type UpstreamHttp } from '@homerealm/connectors';
import { Clock } from '@homerealm/platform';
import type { Provider } from '@nestjs/common';
import { ResolverDnsLookup } from './clients/resolver.dns-lookup.js';
import { UpstreamCredentialProber } from './clients/upstream.credential-prober.js';
import { X509CertificateMaker } from './clients/x509.certificate-maker.js';
import type { Settings } from './config.js';
import { UpkeepRunner } from './events/upkeep-runner.js';
import { DomainsController } from './http/domains.controller.js';
import { SetupController } from './http/setup.controller.js';
import { PostgresDomainProofs } from './store/postgres.domain-proofs.js';
import { PostgresNotices } from './store/postgres.notices.js';
import { PostgresProbes } from './store/postgres.probes.js';
import { AddCertificate } from './use-cases/credentials/add-certificate.js';
import { CertificateMaker } from './use-cases/credentials/certificate-maker.port.js';
import { OpenCredential } from './use-cases/credentials/open-credential.js';
import { ReadCertificate } from './use-cases/credentials/read-certificate.js';
import { CheckDueProofs } from './use-cases/domains/check-due-proofs.js';
import { CheckVerification } from './use-cases/domains/check-verification.js';
import { DnsLookup } from './use-cases/domains/dns-lookup.port.js';
import { DomainProofs } from './use-cases/domains/domain-proofs.port.js';
import { ListDomains } from './use-cases/domains/list-domains.js';
import { LookUpProof } from './use-cases/domains/look-up-proof.js';
import { RequestVerification } from './use-cases/domains/request-verification.js';
import { RefreshDue } from './use-cases/federation/refresh-due.js';
import { TellCertificatesEnding } from './use-cases/federation/tell-certificates-ending.js';
import { ReadSetup } from './use-cases/read-setup.js';
import { Notices } from './use-cases/upkeep/notices.port.js';
import { ProbeCredentials, ProbeNow } from './use-cases/upkeep/probe-credentials.js';
import { ProbeDue } from './use-cases/upkeep/probe-due.js';
import { CredentialProber, Probes } from './use-cases/upkeep/probes.port.js';
import { TellExpiring } from './use-cases/upkeep/tell-expiring.js';

export const upkeepControllers = [DomainsController, SetupController];

const useCases = [
  ...[AddCertificate, OpenCredential, ReadCertificate, ProbeCredentials, ProbeNow, ProbeDue, TellExpiring],
  ...[ListDomains, RequestVerification, CheckVerification, LookUpProof, CheckDueProofs, ReadSetup],
];

/** The care for credentials and domains that goes on while nobody asks. */
export const upkeepProviders = (settings: Settings, http: UpstreamHttp, authorities: EntraAuthorities): Provider[] => [
  ...useCases,
  { provide: CertificateMaker, useClass: X509CertificateMaker },
  { provide: Notices, useClass: PostgresNotices },
  { provide: Probes, useClass: PostgresProbes },
  { provide: DomainProofs, useClass: PostgresDomainProofs },
  { provide: DnsLookup, useFactory: () => new ResolverDnsLookup({ servers: settings.DNS_SERVERS }) },
  {
    provide: CredentialProber,
    useFactory: () => new UpstreamCredentialProber(createCredentialProbes({ http, authorities })),
  },
  {
    provide: UpkeepRunner,
    useFactory: (
      tellExpiring: TellExpiring,
      tellCertificatesEnding: TellCertificatesEnding,
      probeDue: ProbeDue,
      refreshDue: RefreshDue,
      checkDueProofs: CheckDueProofs,
      clock: Clock,
    ) => {
      const tasks = { tellExpiring, tellCertificatesEnding, probeDue, refreshDue, checkDueProofs };
      return new UpkeepRunner(tasks, clock, settings.UPKEEP_POLL_MS);
    },
    inject: [TellExpiring, TellCertificatesEnding, ProbeDue, RefreshDue, CheckDueProofs, Clock],
  },
];

import { randomBytes } from 'node:crypto';
import { createOperatorTokens, createUpstreamHttp, parseEntraAuthorities } from '@homerealm/connectors';
import { EventsModule } from '@homerealm/events';
import { Clock, Ids, openSealer, PlatformModule } from '@homerealm/platform';
import { type DynamicModule, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { UpstreamEntraTenants } from './clients/upstream.entra-tenants.js';
import type { Settings } from './config.js';
import { parseSocialIssuers } from './domain/social-issuers.js';
import { OnTenant } from './events/on-tenant.consumer.js';
import { ConnectionStateController } from './http/connection-state.controller.js';
import { ConnectionsController } from './http/connections.controller.js';
import { CredentialsController } from './http/credentials.controller.js';
import { PoliciesController } from './http/policies.controller.js';
import { TenantRequestsController } from './http/tenant-requests.controller.js';
import { RunningTestsController, TestRunsController } from './http/test-runs.controller.js';
import { federationControllers, federationProviders } from './federation.parts.js';
import { entities } from './store/entities.js';
import { migrations } from './store/migrations/index.js';
import { PostgresConnections } from './store/postgres.connections.js';
import { PostgresPolicies } from './store/postgres.policies.js';
import { PostgresTenantRequests } from './store/postgres.tenant-requests.js';
import { PostgresTestRuns } from './store/postgres.test-runs.js';
import { TestRunSweeper } from './store/test-run-sweeper.js';
import { ChangeConnection } from './use-cases/change-connection.js';
import { Connections } from './use-cases/connections.port.js';
import { CreateConnection } from './use-cases/create-connection.js';
import { CredentialSealer } from './use-cases/credential-sealer.port.js';
import { AddCredential } from './use-cases/credentials/add-credential.js';
import { ListCredentials } from './use-cases/credentials/list-credentials.js';
import { RemoveCredential } from './use-cases/credentials/remove-credential.js';
import { DeleteConnection } from './use-cases/delete-connection.js';
import { DisableConnection } from './use-cases/disable-connection.js';
import { EnableConnection } from './use-cases/enable-connection.js';
import { EntraTenants } from './use-cases/entra-tenants.port.js';
import { ListConnections } from './use-cases/list-connections.js';
import { PinTenant } from './use-cases/pin-tenant.js';
import { ChangePolicies } from './use-cases/policies/change-policies.js';
import { Policies } from './use-cases/policies/policies.port.js';
import { ReadPolicies } from './use-cases/policies/read-policies.js';
import { StartPolicies } from './use-cases/policies/start-policies.js';
import { ReadConnection } from './use-cases/read-connection.js';
import { SealSecret } from './use-cases/seal-secret.js';
import { Surroundings } from './use-cases/surroundings.port.js';
import { DecideTenantRequest } from './use-cases/tenant-requests/decide-tenant-request.js';
import { ListTenantRequests } from './use-cases/tenant-requests/list-tenant-requests.js';
import { NoteRefusedTenant } from './use-cases/tenant-requests/note-refused-tenant.js';
import { TenantRequests } from './use-cases/tenant-requests/tenant-requests.port.js';
import { AskForTestRun } from './use-cases/test-runs/ask-for-test-run.js';
import { ReadTestRuns } from './use-cases/test-runs/read-test-runs.js';
import { ReportTestRun } from './use-cases/test-runs/report-test-run.js';
import { StartTestRun } from './use-cases/test-runs/start-test-run.js';
import { TestRuns } from './use-cases/test-runs/test-runs.port.js';
import { upkeepControllers, upkeepProviders } from './upkeep.parts.js';

export const service = 'connection-registry';
export { entities, migrations };

const useCases = [
  ...[CreateConnection, ReadConnection, ListConnections, ChangeConnection, DeleteConnection],
  ...[EnableConnection, DisableConnection, PinTenant, SealSecret],
  ...[AddCredential, ListCredentials, RemoveCredential],
  ...[ReadPolicies, ChangePolicies, StartPolicies],
  ...[AskForTestRun, ReadTestRuns, StartTestRun, ReportTestRun],
  ...[NoteRefusedTenant, ListTenantRequests, DecideTenantRequest],
];

const controllers = [
  ...[ConnectionsController, ConnectionStateController, CredentialsController, PoliciesController],
  ...[TestRunsController, RunningTestsController, TenantRequestsController, OnTenant],
  ...upkeepControllers,
  ...federationControllers,
];

@Module({})
export class AppModule implements OnApplicationBootstrap {
  constructor(private readonly startPolicies: StartPolicies) {}

  /** @param ca certificates to trust upstream beside those of NODE_EXTRA_CA_CERTS, which is read at process start */
  static for(settings: Settings, ca?: string): DynamicModule {
    const authorities = parseEntraAuthorities(settings.ENTRA_AUTHORITIES);
    const http = createUpstreamHttp({ allowedOrigins: authorities.origins, ...(ca !== undefined && { ca }) });
    return {
      module: AppModule,
      imports: [
        PlatformModule.for(settings, createOperatorTokens(settings, { ca })),
        EventsModule.for({ service, settings, entities, migrations }),
      ],
      controllers,
      providers: [
        ...useCases,
        ...upkeepProviders(settings, http, authorities),
        ...federationProviders(settings, http, ca),
        { provide: Connections, useClass: PostgresConnections },
        { provide: Policies, useClass: PostgresPolicies },
        { provide: TestRuns, useClass: PostgresTestRuns },
        { provide: TenantRequests, useClass: PostgresTenantRequests },
        TestRunSweeper,
        { provide: CredentialSealer, useValue: openSealer(settings.SEALING_KEYS) },
        { provide: EntraTenants, useFactory: () => new UpstreamEntraTenants(http, authorities) },
        { provide: Surroundings, useFactory: surroundingsFor(settings), inject: [Clock, Ids] },
      ],
    };
  }

  onApplicationBootstrap(): Promise<void> {
    return this.startPolicies.execute();
  }
}

const surroundingsFor =
  ({ ISSUER, SOCIAL_ISSUERS }: Settings) =>
  (clock: Clock, ids: Ids): Surroundings => ({
    now: () => clock.now(),
    newId: ids.next,
    newTicket: () => randomBytes(32).toString('base64url'),
    testRunUrl: (testRunId, ticket) => `${ISSUER}/test-runs/${testRunId}?ticket=${ticket}`,
    socialIssuers: parseSocialIssuers(SOCIAL_ISSUERS),
    callbackUrl: (connectionId) => `${ISSUER}/login/callback/${connectionId}`,
  });

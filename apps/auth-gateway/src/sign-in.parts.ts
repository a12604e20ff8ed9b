import { Database } from '@homerealm/events';
import { Clock, Ids } from '@homerealm/platform';
import type { Provider, Type } from '@nestjs/common';
import { DirectoryClient } from './clients/directory.client.js';
import { RegistryClient } from './clients/registry.client.js';
import { SETTINGS, type Settings } from './config.js';
import { OnConnectionCredentials } from './events/on-connection-credentials.consumer.js';
import { OnConnectionState } from './events/on-connection-state.consumer.js';
import { OnPolicyState } from './events/on-policy-state.consumer.js';
import { AttemptsController } from './http/attempts/attempts.controller.js';
import { AddressLimit } from './http/sign-in/address-limit.js';
import { AssetsController } from './http/sign-in/assets.controller.js';
import { CallbackController } from './http/sign-in/callback.controller.js';
import { OwnOrigin } from './http/sign-in/own-form.guard.js';
import { SignInController } from './http/sign-in/sign-in.controller.js';
import { TestRunsController } from './http/test-runs/test-runs.controller.js';
import {
  federationControllers,
  federationEntities,
  federationMigrations,
  federationProviders,
} from './federation.parts.js';
import {
  missingEmailControllers,
  missingEmailEntities,
  missingEmailMigrations,
  missingEmailProviders,
} from './missing-email.parts.js';
import {
  ownSignInControllers,
  ownSignInEntities,
  ownSignInMigrations,
  ownSignInProviders,
} from './own-sign-in.parts.js';
import { signOutControllers, signOutEntities, signOutMigrations, signOutProviders } from './sign-out.parts.js';
import { AttemptSweeper } from './store/attempt-sweeper.js';
import { CachedConnections } from './store/cached.connections.js';
import {
  ConnectionCredentialsReplicaEntity,
  ConnectionDomainReplicaEntity,
  ConnectionReplicaEntity,
  PolicyReplicaEntity,
} from './store/connection-replica.entities.js';
import { AddSignInTables1763800000000 } from './store/migrations/1763800000000-add-sign-in-tables.js';
import { AddTestRunsToSignIns1765600000000 } from './store/migrations/1765600000000-add-test-runs-to-sign-ins.js';
import { PostgresAttempts } from './store/postgres.attempts.js';
import { PostgresConnectionReplica } from './store/postgres.connection-replica.js';
import { PostgresConnections } from './store/postgres.connections.js';
import { PostgresTransactions } from './store/postgres.transactions.js';
import { ReplicaNews } from './store/replica-news.js';
import { SignInAttemptEntity } from './store/sign-in-attempt.entity.js';
import { SignInTransactionEntity } from './store/sign-in-transaction.entity.js';
import { TransactionSweeper } from './store/transaction-sweeper.js';
import { AskDirectory } from './use-cases/ask-directory.js';
import { Attempts } from './use-cases/attempts.port.js';
import { BeginSignIn } from './use-cases/begin-sign-in.js';
import { BeginTestRun } from './use-cases/begin-test-run.js';
import { CancelSignIn } from './use-cases/cancel-sign-in.js';
import { ChooseWay } from './use-cases/choose-way.js';
import { CompleteSignIn } from './use-cases/complete-sign-in.js';
import { CompleteTestRun } from './use-cases/complete-test-run.js';
import { ConnectionReplica, Connections } from './use-cases/connections.port.js';
import { Directory } from './use-cases/directory.port.js';
import { ExplainRefusal } from './use-cases/explain-refusal.js';
import { FindWay } from './use-cases/find-way.js';
import { FinishSignIn } from './use-cases/finish-sign-in.js';
import { KeepReplica } from './use-cases/keep-replica.js';
import { LeaveUpstream } from './use-cases/leave-upstream.js';
import { Moment } from './use-cases/moment.port.js';
import { ProveAccount } from './use-cases/prove-account.js';
import { ReadAttempts } from './use-cases/read-attempts.js';
import { ServiceTokens } from './use-cases/service-tokens.port.js';
import { ShowRefusal } from './use-cases/show-refusal.js';
import { ShowSignIn } from './use-cases/show-sign-in.js';
import { StartFromProvider } from './use-cases/start-from-provider.js';
import { StartSignIn } from './use-cases/start-sign-in.port.js';
import { TakeReturn } from './use-cases/take-return.js';
import { TestRuns } from './use-cases/test-runs.port.js';
import { Transactions } from './use-cases/transactions.port.js';
import { upstreamProviders } from './upstream.parts.js';

/*
 * The sign-in half of the gateway, for `app.module.ts`. It asks for SETTINGS, Interactions, ServiceTokens, Issuer and
 * BrowserBinding, which the provider half brings, and gives StartSignIn.
 */

export const signInControllers: Type[] = [
  ...[SignInController, CallbackController, AssetsController, AttemptsController, TestRunsController],
  ...[OnConnectionState, OnConnectionCredentials, OnPolicyState],
  ...ownSignInControllers,
  ...missingEmailControllers,
  ...federationControllers,
  ...signOutControllers,
];

export const signInEntities = [
  ...[ConnectionReplicaEntity, ConnectionDomainReplicaEntity, ConnectionCredentialsReplicaEntity, PolicyReplicaEntity],
  ...[SignInTransactionEntity, SignInAttemptEntity],
  ...ownSignInEntities,
  ...missingEmailEntities,
  ...federationEntities,
  ...signOutEntities,
];

export const signInMigrations = [
  AddSignInTables1763800000000,
  ...missingEmailMigrations,
  ...ownSignInMigrations,
  AddTestRunsToSignIns1765600000000,
  ...federationMigrations,
  ...signOutMigrations,
];

const useCases = [
  ...[BeginSignIn, CancelSignIn, ChooseWay, CompleteSignIn, FindWay, FinishSignIn, KeepReplica, LeaveUpstream],
  ...[ProveAccount, ReadAttempts, ShowRefusal, ShowSignIn, StartFromProvider, TakeReturn],
  ...[AskDirectory, BeginTestRun, CompleteTestRun, ExplainRefusal],
];

const ports: Provider[] = [
  { provide: StartSignIn, useExisting: BeginSignIn },
  { provide: Connections, useExisting: CachedConnections },
  { provide: ConnectionReplica, useClass: PostgresConnectionReplica },
  { provide: Transactions, useClass: PostgresTransactions },
  { provide: Attempts, useClass: PostgresAttempts },
  {
    provide: Moment,
    useFactory: (clock: Clock, ids: Ids): Moment => ({
      now: () => clock.now().getTime(),
      newAttemptId: () => ids.next('attempt'),
    }),
    inject: [Clock, Ids],
  },
  {
    provide: Directory,
    useFactory: (tokens: ServiceTokens, { DIRECTORY_URL, DIRECTORY_TIMEOUT_MS }: Settings) =>
      new DirectoryClient(tokens, { url: DIRECTORY_URL, timeoutMs: DIRECTORY_TIMEOUT_MS }),
    inject: [ServiceTokens, SETTINGS],
  },
  {
    provide: TestRuns,
    useFactory: (tokens: ServiceTokens, { REGISTRY_URL, DIRECTORY_TIMEOUT_MS }: Settings) =>
      new RegistryClient(tokens, { url: REGISTRY_URL, timeoutMs: DIRECTORY_TIMEOUT_MS }),
    inject: [ServiceTokens, SETTINGS],
  },
];

const edges: Provider[] = [
  {
    provide: AttemptSweeper,
    useFactory: (database: Database, moment: Moment, { ATTEMPTS_KEPT_DAYS }: Settings) =>
      new AttemptSweeper(database, moment, ATTEMPTS_KEPT_DAYS),
    inject: [Database, Moment, SETTINGS],
  },
  ...[PostgresConnections, CachedConnections, TransactionSweeper],
  {
    provide: ReplicaNews,
    useFactory: ({ DATABASE_URL }: Settings) => new ReplicaNews(DATABASE_URL),
    inject: [SETTINGS],
  },
  {
    provide: AddressLimit,
    useFactory: ({ SIGN_IN_LIMIT_PER_ADDRESS }: Settings, clock: Clock) =>
      new AddressLimit(SIGN_IN_LIMIT_PER_ADDRESS, () => clock.now().getTime()),
    inject: [SETTINGS, Clock],
  },
  {
    provide: OwnOrigin,
    useFactory: ({ ISSUER }: Settings) => new OwnOrigin(new URL(ISSUER).origin),
    inject: [SETTINGS],
  },
];

export const signInProviders: Provider[] = [
  ...useCases,
  ...ports,
  ...edges,
  ...ownSignInProviders,
  ...missingEmailProviders,
  ...federationProviders,
  ...signOutProviders,
  ...upstreamProviders,
];

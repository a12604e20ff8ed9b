import {
  isEntraConnection,
  isFederationConnection,
  isSocialConnection,
  speaksForTenant,
  type ConnectionSettings,
  type SignInResponse,
  type UpstreamSignIn,
} from '@homerealm/contracts';
import { DomainError } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { Directory } from './directory.port.js';
import type { Proof } from './prove-account.js';
import type { StartedSignIn } from './transactions.port.js';

export type Proved = Extract<Proof, { proved: true }>;

/** What goes with the question beside the account: an email the person proved to us; whether it is asked dry. */
export type Asked = { provenEmail?: string; dryRun?: boolean };

/** Asks the directory who a proved account is. A test run is asked dry: nothing is written there, and nobody told. */
@Injectable()
export class AskDirectory {
  constructor(private readonly directory: Directory) {}

  /** No transaction may be open meanwhile. */
  async execute(
    started: StartedSignIn,
    proved: Proved,
    { provenEmail, dryRun = false }: Asked = {},
  ): Promise<SignInResponse | { unavailable: string }> {
    const request = toRequest(started, proved);
    try {
      return await this.directory.signIn({
        ...request,
        dryRun: request.dryRun || dryRun,
        ...(provenEmail !== undefined && { provenEmail: provenEmail as UpstreamSignIn['provenEmail'] }),
      });
    } catch (error) {
      if (error instanceof DomainError) return { unavailable: String(error.details['reason'] ?? error.code) };
      throw error;
    }
  }
}

const toRequest = (started: StartedSignIn, { account, connection }: Proved): UpstreamSignIn => ({
  attemptId: started.attemptId,
  dryRun: started.test !== undefined,
  connection: toQuestion(connection),
  account,
  organizationId: started.organizationId as UpstreamSignIn['organizationId'],
});

const toQuestion = (settings: ConnectionSettings): UpstreamSignIn['connection'] => ({
  connectionId: settings.connectionId,
  strategy: settings.strategy,
  organizationId: settings.organizationId,
  ...(isSocialConnection(settings) && { identityType: settings.identityType }),
  pinnedTenant: isPinned(settings),
  homeRealmDomains: settings.homeRealmDomains,
  trustedProvider: settings.trustedProvider,
  trustScope: settings.trustScope,
  createUsers: settings.createUsers,
  autoJoinOrganization: settings.autoJoinOrganization,
});

/** One tenant, and only what that tenant's own keys signed. */
const isPinned = (settings: ConnectionSettings): boolean =>
  isFederationConnection(settings)
    ? speaksForTenant(settings)
    : isEntraConnection(settings) && !settings.useCommonEndpoint;

import {
  isEntraConnection,
  type ConnectionSettings,
  type SignInResponse,
  type UpstreamSignIn,
} from '@homerealm/contracts';
import { DomainError, type Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { Directory } from './directory.port.js';
import { FinishSignIn, type Finished } from './finish-sign-in.js';
import type { Browser } from './interactions.port.js';
import { ProveAccount, type Proof } from './prove-account.js';
import { TakeReturn } from './take-return.js';
import type { StartedSignIn } from './transactions.port.js';
import type { CallbackInput } from './upstream.port.js';

type Proved = Extract<Proof, { proved: true }>;

/** A browser came back from a provider. */
@Injectable()
export class CompleteSignIn {
  constructor(
    private readonly takeReturn: TakeReturn,
    private readonly proveAccount: ProveAccount,
    private readonly directory: Directory,
    private readonly finish: FinishSignIn,
  ) {}

  async execute(connectionId: string, input: CallbackInput, browser: Browser): Promise<Finished> {
    const state = input.method === 'POST' ? input.body?.['state'] : input.query['state'];
    const taken = await this.takeReturn.execute(connectionId, state, browser.binding);
    if (!taken.ours) return this.finish.refuse(taken.tried, taken.because, null);
    const { started } = taken;
    const proof = await this.proveAccount.execute(started, String(state), input);
    if (!proof.proved) return this.finish.refuse(started, proof.because, started.uid);
    return this.admitPerson(started, proof, browser);
  }

  /** No transaction is open while the directory is asked. */
  private async admitPerson(started: StartedSignIn, proof: Proved, browser: Browser): Promise<Finished> {
    const answer = await this.ask(started, proof);
    if ('unavailable' in answer) {
      const details = { reason: answer.unavailable };
      const checks: Check[] = [...proof.checks, { code: 'directory.answered', outcome: 'failed', details }];
      return this.finish.refuse(started, { code: 'directory.unavailable', checks }, started.uid);
    }
    const checks = [...proof.checks, ...answer.checks];
    if (answer.outcome === 'refused') {
      return this.finish.refuse(started, { code: answer.code, checks, userId: answer.userId }, started.uid);
    }
    return this.finish.signIn(started, { ...proof, answer, checks }, browser);
  }

  private async ask(started: StartedSignIn, proof: Proved): Promise<SignInResponse | { unavailable: string }> {
    try {
      return await this.directory.signIn(toRequest(started, proof));
    } catch (error) {
      if (error instanceof DomainError) return { unavailable: String(error.details['reason'] ?? error.code) };
      throw error;
    }
  }
}

const toRequest = (started: StartedSignIn, { account, connection }: Proved): UpstreamSignIn => ({
  attemptId: started.attemptId,
  dryRun: false,
  connection: toQuestion(connection),
  account,
  organizationId: started.organizationId as UpstreamSignIn['organizationId'],
});

const toQuestion = (settings: ConnectionSettings): UpstreamSignIn['connection'] => ({
  connectionId: settings.connectionId,
  strategy: settings.strategy,
  organizationId: settings.organizationId,
  ...(!isEntraConnection(settings) && { identityType: settings.identityType }),
  pinnedTenant: isEntraConnection(settings) && !settings.useCommonEndpoint,
  homeRealmDomains: settings.homeRealmDomains,
  trustedProvider: settings.trustedProvider,
  trustScope: settings.trustScope,
  createUsers: settings.createUsers,
  autoJoinOrganization: settings.autoJoinOrganization,
});

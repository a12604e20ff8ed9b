import type { Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { AskDirectory, type Proved } from './ask-directory.js';
import { CompleteTestRun, type TestRunResult } from './complete-test-run.js';
import { FinishSignIn, type Finished } from './finish-sign-in.js';
import type { Browser } from './interactions.port.js';
import { ProveAccount } from './prove-account.js';
import { TakeReturn } from './take-return.js';
import type { StartedSignIn } from './transactions.port.js';
import type { CallbackInput } from './upstream.port.js';

/** A browser came back from a provider. */
@Injectable()
export class CompleteSignIn {
  constructor(
    private readonly takeReturn: TakeReturn,
    private readonly proveAccount: ProveAccount,
    private readonly askDirectory: AskDirectory,
    private readonly finish: FinishSignIn,
    private readonly completeTestRun: CompleteTestRun,
  ) {}

  async execute(connectionId: string, input: CallbackInput, browser: Browser): Promise<Finished | TestRunResult> {
    const state = input.method === 'POST' ? input.body?.['state'] : input.query['state'];
    const taken = await this.takeReturn.execute(connectionId, state, browser.binding);
    if (taken.test) return this.completeTestRun.execute(taken.test, taken, { state: String(state), input });
    if (!taken.ours) return this.finish.refuse(taken.tried, taken.because, null);
    const { started } = taken;
    const proof = await this.proveAccount.execute(started, String(state), input);
    if (!proof.proved) return this.finish.refuse(started, proof.because, started.uid);
    return this.admitPerson(started, proof, browser);
  }

  private async admitPerson(started: StartedSignIn, proof: Proved, browser: Browser): Promise<Finished> {
    const answer = await this.askDirectory.execute(started, proof);
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
}

import { Injectable } from '@nestjs/common';
import { stateOfAnswer } from '../domain/state-of-answer.js';
import { CompleteTestRun, type TestRunResult } from './complete-test-run.js';
import { FinishProved } from './finish-proved.js';
import { FinishSignIn, type Finished } from './finish-sign-in.js';
import type { Browser } from './interactions.port.js';
import { PauseForEmail } from './missing-email/pause-for-email.js';
import { ProveAccount } from './prove-account.js';
import { StartFromProvider } from './start-from-provider.js';
import { TakeReturn } from './take-return.js';
import type { CallbackInput } from './upstream.port.js';

/**
 * `asksEmailFor`: this sign-in waits for the email its provider did not give. `startsAt`: nobody asked for the answer, and
 * an application begins a sign-in in its place.
 */
export type CameBack = Finished | TestRunResult | { asksEmailFor: string } | { startsAt: string };

/** A browser came back from a provider. */
@Injectable()
export class CompleteSignIn {
  constructor(
    private readonly takeReturn: TakeReturn,
    private readonly proveAccount: ProveAccount,
    private readonly pauseForEmail: PauseForEmail,
    private readonly finishProved: FinishProved,
    private readonly finish: FinishSignIn,
    private readonly completeTestRun: CompleteTestRun,
    private readonly startFromProvider: StartFromProvider,
  ) {}

  async execute(connectionId: string, input: CallbackInput, browser: Browser): Promise<CameBack> {
    const state = stateOfAnswer((input.method === 'POST' ? input.body : input.query) ?? {});
    const taken = await this.takeReturn.execute(connectionId, state, browser.binding);
    if (taken.test) return this.completeTestRun.execute(taken.test, taken, { state: String(state), input });
    if (!taken.ours) {
      const startsAt = await this.startFromProvider.execute(connectionId, taken.because.code, input);
      return startsAt === undefined ? this.finish.refuse(taken.tried, taken.because, null) : { startsAt };
    }
    const { started } = taken;
    const proof = await this.proveAccount.execute(started, String(state), input);
    if (!proof.proved) return this.finish.refuse(started, proof.because, started.uid);
    if (await this.pauseForEmail.execute(started, proof)) return { asksEmailFor: started.uid };
    return this.finishProved.execute(started, proof, browser);
  }
}

import type { Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { CheckCode } from '../codes/check-code.js';
import { Codes, type KeptCode } from '../codes/codes.port.js';
import { FinishProved } from '../finish-proved.js';
import { FinishSignIn, type Finished } from '../finish-sign-in.js';
import { Moment } from '../moment.port.js';
import type { Asking } from '../own-sign-in/ask-for-code.js';
import { ProveAccount } from '../prove-account.js';
import { type PausedSignIn, Pauses } from './pauses.port.js';
import { emailKeyOf, ShowMissingEmail } from './show-missing-email.js';

export type EmailCodeEntered =
  | { go: 'expired' }
  /** No code is waited for: back to the question for the email. */
  | { go: 'ask' }
  | { go: 'again'; problem: 'wrong' | 'over'; code: KeptCode }
  | { go: 'finished'; finished: Finished };

/** The person typed the code that went to their email: the sign-in goes on with that email proved. */
@Injectable()
export class EnterEmailCode {
  constructor(
    private readonly showMissingEmail: ShowMissingEmail,
    private readonly checkCode: CheckCode,
    private readonly codes: Codes,
    private readonly pauses: Pauses,
    private readonly proveAccount: ProveAccount,
    private readonly finishProved: FinishProved,
    private readonly finish: FinishSignIn,
    private readonly moment: Moment,
  ) {}

  async execute(uid: string, typed: string, asking: Asking): Promise<EmailCodeEntered> {
    if (!(await this.showMissingEmail.execute(uid, asking.browser))) return { go: 'expired' };
    const key = emailKeyOf(uid, asking.browser);
    const checked = await this.checkCode.execute(key, typed, asking.network);
    if (!checked.code) return { go: 'ask' };
    const { code, verdict } = checked;
    if (verdict === 'over') return { go: 'again', problem: 'over', code };
    if (verdict === 'wrong') return { go: 'again', problem: checked.triesLeft > 0 ? 'wrong' : 'over', code };
    const paused = await this.pauses.take(uid, asking.browser.binding, this.moment.now());
    await this.codes.forget(key);
    if (!paused) return { go: 'expired' };
    return { go: 'finished', finished: await this.goOn(paused, checked, asking) };
  }

  /** Everything about the connection is asked once more: minutes have gone by. */
  private async goOn(
    { started, account }: PausedSignIn,
    { verdict, code }: { verdict: 'right' | 'limited'; code: KeptCode },
    { browser }: Asking,
  ): Promise<Finished> {
    if (verdict === 'limited') {
      const failed: Check = { code: 'code.tries-are-left', outcome: 'failed' };
      const because = { code: 'code.too-many-tries', checks: [...code.checks, failed] };
      return this.finish.refuse(started, because, started.uid);
    }
    const provenEmail = code.memory.identifier.typed;
    const proof = await this.proveAccount.again(started, account, [...code.checks]);
    if (!proof.proved) return this.finish.refuse(started, proof.because, started.uid);
    return this.finishProved.execute(started, proof, browser, { provenEmail });
  }
}

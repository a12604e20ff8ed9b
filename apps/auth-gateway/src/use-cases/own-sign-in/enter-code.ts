import type { Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { CheckCode, type Checked } from '../codes/check-code.js';
import { Codes, type KeptCode } from '../codes/codes.port.js';
import type { Finished } from '../finish-sign-in.js';
import { Interactions, type PendingSignIn } from '../interactions.port.js';
import type { Asking } from './ask-for-code.js';
import { codeKeyOf } from './ask-for-code.js';
import { AskGate } from './ask-gate.js';
import { AskOwnDirectory } from './ask-own-directory.js';
import { FinishOwnSignIn } from './finish-own-sign-in.js';
import { OwnWays } from './own-ways.js';

export type CodeEntered =
  | { go: 'expired' }
  /** No code is waited for: back to the beginning. */
  | { go: 'start' }
  | { go: 'again'; problem: 'wrong' | 'over'; code: KeptCode; pending: PendingSignIn }
  | { go: 'sign-up' }
  | { go: 'finished'; finished: Finished };

type Right = Extract<Checked, { verdict: 'right' }>['code'];

/** The person typed the code. Whom it proves is asked only now. */
@Injectable()
export class EnterCode {
  constructor(
    private readonly interactions: Interactions,
    private readonly checkCode: CheckCode,
    private readonly codes: Codes,
    private readonly gate: AskGate,
    private readonly ownWays: OwnWays,
    private readonly directory: AskOwnDirectory,
    private readonly finish: FinishOwnSignIn,
  ) {}

  async execute(uid: string, typed: string, asking: Asking): Promise<CodeEntered> {
    const pending = await this.interactions.find(uid, asking.browser);
    if (!pending) return { go: 'expired' };
    const checked = await this.checkCode.execute(codeKeyOf(uid, asking.browser), typed, asking.network);
    switch (checked.verdict) {
      case 'right':
        return this.proved(pending, checked.code, asking);
      case 'limited':
        return this.refuse(checked.code, 'code.too-many-tries', tooMany(checked.code));
      case 'over':
        return checked.code ? { go: 'again', problem: 'over', code: checked.code, pending } : { go: 'start' };
      case 'wrong':
        return { go: 'again', problem: checked.triesLeft > 0 ? 'wrong' : 'over', code: checked.code, pending };
    }
  }

  private async proved(pending: PendingSignIn, code: Right, { browser }: Asking): Promise<CodeEntered> {
    const { by } = code.memory.identifier;
    const gate = await this.gate.execute(pending, by, code.expiresAt);
    const proved = { ...code, checks: [...code.checks, ...gate.checks.filter(isNews)] };
    if (!gate.admitted) return this.refuse(proved, gate.code, proved.checks);
    const answer = await this.directory.execute(proved, null);
    const isNew = answer.outcome === 'refused' && answer.code === 'user.not-provisioned' && by === 'email';
    if (isNew && (await this.ownWays.execute()).signUp) return { go: 'sign-up' };
    await this.codes.forget(code.key);
    return { go: 'finished', finished: await this.finish.execute(proved, answer, browser) };
  }

  private async refuse(code: KeptCode, because: string, checks: readonly Check[]): Promise<CodeEntered> {
    await this.codes.forget(code.key);
    return { go: 'finished', finished: await this.finish.refuse(code, { code: because, checks }) };
  }
}

const tooMany = ({ checks }: KeptCode): Check[] => [...checks, { code: 'code.tries-are-left', outcome: 'failed' }];
/** What was asked before the code was sent need not stand in the record twice. */
export const isNews = ({ code, outcome }: Check): boolean => outcome === 'failed' || code === 'sign-in.is-fresh';

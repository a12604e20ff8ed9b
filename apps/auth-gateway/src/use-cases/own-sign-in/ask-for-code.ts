import type { AttemptId, Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Attempt } from '../../domain/attempt.js';
import type { Identifier } from '../../domain/own-sign-in/identifier.js';
import { Attempts } from '../attempts.port.js';
import { type CodeKey, Codes, type KeptCode } from '../codes/codes.port.js';
import { SendCode } from '../codes/send-code.js';
import { Directory } from '../directory.port.js';
import type { Browser, PendingSignIn } from '../interactions.port.js';
import { Moment } from '../moment.port.js';
import { refuse } from '../refuse.js';
import { AskGate } from './ask-gate.js';

/** Who wants to sign in without a provider, and what was found out about the try so far. */
export type OwnWish = {
  pending: PendingSignIn;
  identifier: Identifier;
  attemptId: AttemptId;
  startedAt: number;
  checks: readonly Check[];
};

/** Where the request comes from. */
export type Asking = { browser: Browser & { binding: string }; network: string };

export type AskedForCode =
  { go: 'code' } | { go: 'limited'; waitMilliseconds: number } | { go: 'refused'; attempt: Attempt };

/** Sends a code, where the gate lets this way be gone. Nothing in the answer depends on whether there is an account. */
@Injectable()
export class AskForCode {
  constructor(
    private readonly gate: AskGate,
    private readonly codes: Codes,
    private readonly sendCode: SendCode,
    private readonly directory: Directory,
    private readonly attempts: Attempts,
    private readonly moment: Moment,
  ) {}

  async execute(wish: OwnWish, { browser, network }: Asking): Promise<AskedForCode> {
    const { pending, identifier } = wish;
    const key = codeKeyOf(pending.uid, browser);
    const { tried, earlier } = goOnWith(await this.codes.find(key), wish);
    const gate = await this.gate.execute(pending, identifier.by);
    const checks = [...earlier, ...wish.checks, ...gate.checks];
    if (!gate.admitted) {
      const { attempt, news } = refuse(tried, this.moment.now(), { code: gate.code, checks });
      await this.attempts.transaction(() => this.attempts.record(attempt, news));
      return { go: 'refused', attempt };
    }
    const { applicationName } = pending;
    const findAddress = this.addressOf(identifier);
    const wanted = { key, identifier, tried, checks, applicationName, network, ...(findAddress && { findAddress }) };
    const sent = await this.sendCode.execute(wanted);
    return sent.sent ? { go: 'code' } : { go: 'limited', waitMilliseconds: sent.waitMilliseconds };
  }

  /** A code for a username goes to its owner's mail; one for a phone only to a phone that somebody has proved. */
  private addressOf({ by, typed }: Identifier): (() => Promise<string | null>) | undefined {
    if (by === 'email') return undefined;
    const question = by === 'phone' ? { by, phone: typed } : { by, username: typed };
    return () => this.directory.addressOf(question);
  }
}

export const codeKeyOf = (uid: string, browser: Asking['browser']): CodeKey => ({
  ...{ uid, browserHash: browser.binding, purpose: 'sign-in' },
});

/** Another code, and another address too, belong to the same try: one request of an application, one attempt. */
function goOnWith(code: KeptCode | null, { pending, attemptId, startedAt }: OwnWish) {
  if (code) return { tried: code.tried, earlier: code.checks };
  const { applicationId, organizationId } = pending;
  return { tried: { attemptId, startedAt, applicationId, organizationId, connectionId: null }, earlier: [] };
}

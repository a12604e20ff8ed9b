import { Injectable } from '@nestjs/common';
import { type Identifier, readEmail } from '../../domain/own-sign-in/identifier.js';
import { SendCode } from '../codes/send-code.js';
import type { PendingSignIn } from '../interactions.port.js';
import type { Asking } from '../own-sign-in/ask-for-code.js';
import { emailKeyOf, type MissingEmail, ShowMissingEmail } from './show-missing-email.js';

export type EmailCodeSent =
  | { go: 'expired' }
  | { go: 'not-an-email'; pending: PendingSignIn }
  | { go: 'code' }
  | { go: 'limited'; waitMilliseconds: number };

/** The person said an email: a code goes there, whoever it belongs to. */
@Injectable()
export class SendEmailCode {
  constructor(
    private readonly showMissingEmail: ShowMissingEmail,
    private readonly sendCode: SendCode,
  ) {}

  /** @param typed null: once more to the address of before */
  async execute(uid: string, typed: string | null, asking: Asking): Promise<EmailCodeSent> {
    const missing = await this.showMissingEmail.execute(uid, asking.browser);
    if (!missing) return { go: 'expired' };
    const identifier = typed === null ? missing.code?.memory.identifier : readEmail(typed);
    if (!identifier) return { go: 'not-an-email', pending: missing.pending };
    const sent = await this.sendCode.execute(wantedCode(missing, identifier, asking));
    return sent.sent ? { go: 'code' } : { go: 'limited', waitMilliseconds: sent.waitMilliseconds };
  }
}

/** It belongs to the attempt that waits: one request of an application, one attempt. */
const wantedCode = ({ pending, paused, code }: MissingEmail, identifier: Identifier, { browser, network }: Asking) => ({
  key: emailKeyOf(pending.uid, browser),
  ...{ identifier, network, tried: paused.started, applicationName: pending.applicationName },
  checks: code?.checks ?? paused.checks,
});

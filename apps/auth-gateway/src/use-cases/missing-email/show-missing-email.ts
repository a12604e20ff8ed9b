import { Injectable } from '@nestjs/common';
import { type CodeKey, Codes, type KeptCode } from '../codes/codes.port.js';
import { Interactions, type PendingSignIn } from '../interactions.port.js';
import { Moment } from '../moment.port.js';
import type { Asking } from '../own-sign-in/ask-for-code.js';
import { type PausedSignIn, Pauses } from './pauses.port.js';

export type MissingEmail = { pending: PendingSignIn; paused: PausedSignIn; code: KeptCode | null };

/** What this browser still has to say. Undefined: its sign-in is over, or does not wait for an email. */
@Injectable()
export class ShowMissingEmail {
  constructor(
    private readonly interactions: Interactions,
    private readonly pauses: Pauses,
    private readonly codes: Codes,
    private readonly moment: Moment,
  ) {}

  async execute(uid: string, browser: Asking['browser']): Promise<MissingEmail | undefined> {
    const pending = await this.interactions.find(uid, browser);
    if (!pending) return undefined;
    const paused = await this.pauses.find(uid, browser.binding, this.moment.now());
    return paused ? { pending, paused, code: await this.codes.find(emailKeyOf(uid, browser)) } : undefined;
  }
}

export const emailKeyOf = (uid: string, browser: Asking['browser']): CodeKey => ({
  ...{ uid, browserHash: browser.binding, purpose: 'missing-email' },
});

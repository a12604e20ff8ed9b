import { Injectable } from '@nestjs/common';
import { Moment } from '../moment.port.js';
import type { Asking } from './ask-for-code.js';
import { OwnWays } from './own-ways.js';
import { type AwaitedCode, ShowCode } from './show-code.js';

export type SignUpChoices = AwaitedCode & { mayChooseUsername: boolean };

/** The form of somebody new: only for an email that was proved just now, in this browser. */
@Injectable()
export class ShowSignUp {
  constructor(
    private readonly showCode: ShowCode,
    private readonly ownWays: OwnWays,
    private readonly moment: Moment,
  ) {}

  async execute(uid: string, browser: Asking['browser']): Promise<SignUpChoices | 'expired' | 'start'> {
    const awaited = await this.showCode.execute(uid, browser);
    if (typeof awaited === 'string') return awaited;
    const { provedAt, expiresAt, memory } = awaited.code;
    const { signUp, username } = await this.ownWays.execute();
    const isProved = provedAt !== null && expiresAt > this.moment.now() && memory.identifier.by === 'email';
    return isProved && signUp ? { ...awaited, mayChooseUsername: username } : 'start';
  }
}

import { Injectable } from '@nestjs/common';
import { Codes, type KeptCode } from '../codes/codes.port.js';
import { Interactions, type PendingSignIn } from '../interactions.port.js';
import { type Asking, codeKeyOf } from './ask-for-code.js';

export type AwaitedCode = { pending: PendingSignIn; code: KeptCode };

/** The code this browser is asked for. `expired`: the request is over. `start`: no code was sent for it. */
@Injectable()
export class ShowCode {
  constructor(
    private readonly interactions: Interactions,
    private readonly codes: Codes,
  ) {}

  async execute(uid: string, browser: Asking['browser']): Promise<AwaitedCode | 'expired' | 'start'> {
    const pending = await this.interactions.find(uid, browser);
    if (!pending) return 'expired';
    const code = await this.codes.find(codeKeyOf(uid, browser));
    return code ? { pending, code } : 'start';
  }
}

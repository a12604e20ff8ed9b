import { Injectable } from '@nestjs/common';
import { type Asking, type AskedForCode, AskForCode } from './ask-for-code.js';
import { ShowCode } from './show-code.js';

/** Another code for the same identifier; the one before it is worth nothing any more. */
@Injectable()
export class SendAgain {
  constructor(
    private readonly showCode: ShowCode,
    private readonly askForCode: AskForCode,
  ) {}

  async execute(uid: string, asking: Asking): Promise<AskedForCode | { go: 'expired' } | { go: 'start' }> {
    const awaited = await this.showCode.execute(uid, asking.browser);
    if (typeof awaited === 'string') return { go: awaited };
    const { pending, code } = awaited;
    const { attemptId, startedAt } = code.tried;
    const { identifier } = code.memory;
    return this.askForCode.execute({ pending, identifier, attemptId, startedAt, checks: [] }, asking);
  }
}

import type { Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { asksForEmail, lacksEmail } from '../../domain/asks-for-email.js';
import { AskDirectory, type Proved } from '../ask-directory.js';
import { Courier } from '../codes/courier.port.js';
import { Moment } from '../moment.port.js';
import type { StartedSignIn } from '../transactions.port.js';
import { Pauses } from './pauses.port.js';

/** A person has this long to say and to prove their email. */
const pauseMilliseconds = 10 * 60_000;

/** Stops a sign-in for the email that a provider did not give, where the person is not known yet. */
@Injectable()
export class PauseForEmail {
  constructor(
    private readonly askDirectory: AskDirectory,
    private readonly courier: Courier,
    private readonly pauses: Pauses,
    private readonly moment: Moment,
  ) {}

  /** Whether the sign-in waits now. Where no mail can be sent, nobody is asked. */
  async execute(started: StartedSignIn, proved: Proved): Promise<boolean> {
    if (!lacksEmail(proved.connection, proved.account) || !this.courier.channels.has('email')) return false;
    const foreseen = await this.askDirectory.execute(started, proved, { dryRun: true });
    if ('unavailable' in foreseen || !asksForEmail(foreseen)) return false;
    const asked: Check = { code: 'email.asked-for', outcome: 'passed' };
    await this.pauses.keep({
      started: { ...started, upstream: null },
      account: proved.account,
      expiresAt: this.moment.now() + pauseMilliseconds,
      checks: [...proved.checks, asked],
    });
    return true;
  }
}

import { Injectable } from '@nestjs/common';
import { Attempts } from './attempts.port.js';
import { type Browser, Interactions, type Onward } from './interactions.port.js';

/** The person does not want to sign in: the application hears so. Undefined when there is nothing to cancel any more. */
@Injectable()
export class CancelSignIn {
  constructor(
    private readonly interactions: Interactions,
    private readonly attempts: Attempts,
  ) {}

  async execute(uid: string, browser: Browser): Promise<Onward | undefined> {
    if (!(await this.interactions.find(uid, browser))) return undefined;
    const error = { error: 'access_denied', description: 'The person cancelled the sign-in.' } as const;
    return this.attempts.transaction(() => this.interactions.fail(uid, error, browser));
  }
}

import { normalizeEmail } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import { Attempts } from './attempts.port.js';
import { FindWay } from './find-way.js';
import { type Browser, Interactions, type PendingSignIn } from './interactions.port.js';
import { Transactions } from './transactions.port.js';
import type { Wish } from './way.js';

export type Chosen =
  | { go: 'upstream'; redirectTo: string }
  | { go: 'expired' }
  | { go: 'not-an-email'; pending: PendingSignIn }
  | { go: 'refused'; attempt: Attempt; pending: PendingSignIn };

/** The person typed an email or pressed a button on the sign-in page. */
@Injectable()
export class ChooseWay {
  constructor(
    private readonly interactions: Interactions,
    private readonly findWay: FindWay,
    private readonly transactions: Transactions,
    private readonly attempts: Attempts,
  ) {}

  async execute(uid: string, asked: Wish, browser: Browser): Promise<Chosen> {
    const pending = await this.interactions.find(uid, browser);
    if (!pending || browser.binding === undefined) return { go: 'expired' };
    const wish = pending.connectionId === null ? asked : { connectionId: pending.connectionId, email: null };
    if (wish.connectionId === null && normalizeEmail(wish.email ?? '') === undefined)
      return { go: 'not-an-email', pending };
    const way = await this.findWay.execute(pending, wish, browser.binding);
    if (way.go === 'ask') return { go: 'not-an-email', pending };
    if (way.go === 'upstream') {
      await this.transactions.open(way.state, way.started);
      return { go: 'upstream', redirectTo: way.redirectTo };
    }
    await this.attempts.transaction(() => this.attempts.record(way.attempt, way.news));
    return { go: 'refused', attempt: way.attempt, pending };
  }
}

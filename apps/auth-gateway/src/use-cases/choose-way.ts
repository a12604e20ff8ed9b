import { Injectable } from '@nestjs/common';
import type { Attempt } from '../domain/attempt.js';
import { readIdentifier } from '../domain/own-sign-in/identifier.js';
import { Attempts } from './attempts.port.js';
import { FindWay } from './find-way.js';
import { type Browser, Interactions, type PendingSignIn } from './interactions.port.js';
import { Moment } from './moment.port.js';
import { AskForCode, type Asking, type OwnWish } from './own-sign-in/ask-for-code.js';
import { OwnWays } from './own-sign-in/own-ways.js';
import { Transactions } from './transactions.port.js';
import type { Way, Wish } from './way.js';

export type Chosen =
  | { go: 'upstream'; redirectTo: string }
  | { go: 'expired' }
  | { go: 'not-an-email'; pending: PendingSignIn }
  | { go: 'refused'; attempt: Attempt; pending: PendingSignIn }
  /** Was sent, or not: the page asks for it. */
  | { go: 'code' }
  | { go: 'limited'; waitMilliseconds: number };

/** The person typed who they are, or pressed a button on the sign-in page. */
@Injectable()
export class ChooseWay {
  constructor(
    private readonly interactions: Interactions,
    private readonly findWay: FindWay,
    private readonly transactions: Transactions,
    private readonly attempts: Attempts,
    private readonly ownWays: OwnWays,
    private readonly askForCode: AskForCode,
    private readonly moment: Moment,
  ) {}

  async execute(uid: string, asked: Wish, browser: Browser, network: string): Promise<Chosen> {
    const pending = await this.interactions.find(uid, browser);
    const { binding } = browser;
    if (!pending || binding === undefined) return { go: 'expired' };
    const asking = { browser: { ...browser, binding }, network };
    const connectionId = pending.connectionId ?? asked.connectionId;
    if (connectionId !== null) {
      return this.take(pending, await this.findWay.execute(pending, { connectionId, email: null }, binding));
    }
    const ways = await this.ownWays.takenBy(pending.applicationConnections);
    const identifier = readIdentifier(asked.email ?? '', ways);
    if (!identifier) return { go: 'not-an-email', pending };
    const begun = { attemptId: this.moment.newAttemptId(), startedAt: this.moment.now(), checks: [] };
    if (identifier.by !== 'email') return this.askOwn({ pending, identifier, ...begun }, asking);
    const way = await this.findWay.execute(pending, { connectionId: null, email: asked.email }, binding);
    if (way.go !== 'unclaimed' || !ways.email) return this.take(pending, way);
    const { attemptId, startedAt, checks } = way.leaving;
    return this.askOwn({ pending, identifier, attemptId, startedAt, checks }, asking);
  }

  private async take(pending: PendingSignIn, way: Way): Promise<Chosen> {
    if (way.go === 'ask') return { go: 'not-an-email', pending };
    if (way.go === 'upstream') {
      await this.transactions.open(way.state, way.started);
      return { go: 'upstream', redirectTo: way.redirectTo };
    }
    await this.attempts.transaction(() => this.attempts.record(way.attempt, way.news));
    return { go: 'refused', attempt: way.attempt, pending };
  }

  private async askOwn(wish: OwnWish, asking: Asking): Promise<Chosen> {
    const asked = await this.askForCode.execute(wish, asking);
    return asked.go === 'refused' ? { ...asked, pending: wish.pending } : asked;
  }
}

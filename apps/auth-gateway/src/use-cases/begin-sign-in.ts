import { Injectable } from '@nestjs/common';
import { Attempts } from './attempts.port.js';
import { FindWay } from './find-way.js';
import type { PendingSignIn } from './interactions.port.js';
import { type BrowserAnswer, StartSignIn, type StartedSignIn } from './start-sign-in.port.js';
import { Transactions } from './transactions.port.js';

/** An application asks for a sign-in: straight to the provider when the way is clear, else to our page. */
@Injectable()
export class BeginSignIn extends StartSignIn {
  constructor(
    private readonly findWay: FindWay,
    private readonly transactions: Transactions,
    private readonly attempts: Attempts,
  ) {
    super();
  }

  async execute(pending: PendingSignIn, browser: BrowserAnswer): Promise<StartedSignIn> {
    const page = `/sign-in/${encodeURIComponent(pending.uid)}`;
    if (browser.binding === undefined) return { redirectTo: page };
    const wish = { connectionId: pending.connectionId, email: pending.loginHint };
    const way = await this.findWay.execute(pending, wish, browser.binding);
    switch (way.go) {
      case 'upstream':
        return { redirectTo: way.redirectTo, save: () => this.transactions.open(way.state, way.started) };
      case 'ask':
      case 'unclaimed':
        // The page offers the other ways in. No code is sent for a link that somebody was made to follow.
        return { redirectTo: page };
      case 'refused':
        if (way.attempt.code === 'discovery.no-way-in') return { redirectTo: page };
        return {
          redirectTo: `${page}/refused/${way.attempt.attemptId}`,
          save: () => this.attempts.record(way.attempt, way.news),
        };
    }
  }
}

import type pg from 'pg';
import { PreparingClient } from './prepared.js';

/**
 * A connection that several users share, one statement at a time and in the order they ask: the locks that fence them
 * off are this session's, and the driver does not want to be asked while it is busy.
 */
export class TurnTakingClient extends PreparingClient {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(config: pg.ClientConfig) {
    super(config);
    const ask = this.query.bind(this) as (...given: unknown[]) => Promise<unknown>;
    const inTurn = (...given: unknown[]): Promise<unknown> => {
      const answer = this.turn.then(() => ask(...given));
      this.turn = answer.catch(() => {});
      return answer;
    };
    this.query = inTurn as pg.Client['query'];
  }
}

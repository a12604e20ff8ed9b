import { Injectable } from '@nestjs/common';
import type { Browser } from './interactions.port.js';
import { Moment } from './moment.port.js';
import { Transactions } from './transactions.port.js';
import type { DepartureForm } from './upstream.port.js';

/** The form with which this browser leaves for a provider. Null: its sign-in is over, or is none of this browser's. */
@Injectable()
export class ShowDeparture {
  constructor(
    private readonly transactions: Transactions,
    private readonly moment: Moment,
  ) {}

  async execute(connectionId: string, state: unknown, { binding }: Browser): Promise<DepartureForm | null> {
    const usable = typeof state === 'string' && /^[\w-]{16,80}$/.test(state);
    if (!usable || binding === undefined) return null;
    return this.transactions.formOf(state, { connectionId, browserHash: binding, now: this.moment.now() });
  }
}

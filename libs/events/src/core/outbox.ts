import type { Database } from './database.js';
import type { OutgoingEvent } from './outgoing-event.js';

/** Where a service puts its events, in the transaction of the change they tell about. */
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly service: string,
  ) {}

  /**
   * Stores the events for publishing, in one statement. Sequences are contiguous for each topic and subject.
   * @throws BadEventError when data does not fit the contract; Error outside of a transaction
   */
  async append(...events: OutgoingEvent[]): Promise<void> {
    void events;
    throw new Error(`not ready for ${this.service}, ${this.database.isInTransaction}`);
  }
}

import { type ParkedEvent, ParkedEvents, type ParkedSubject, type Skipped } from '../core/parked.js';
import type { EventDatabase } from '../core/event-database.js';

/** A subject of a topic, as `list` gives it. */
export type At = { topic: string; subject: string };

/** What a consumer has put aside: subjects with an event that failed or never came, and all that waits behind it. */
export class Parked {
  private readonly events: ParkedEvents;

  constructor(
    database: EventDatabase,
    private readonly consumer: string,
  ) {
    this.events = new ParkedEvents(database);
  }

  list(): Promise<ParkedSubject[]> {
    return this.events.list(this.consumer);
  }

  /** The waiting events of a subject, in order. Their data may be personal, and comes only when asked for. */
  show({ topic, subject }: At, options: { payload?: boolean } = {}): Promise<ParkedEvent[]> {
    return this.events.show({ consumer: this.consumer, topic, subject }, options);
  }

  /** Has the waiting events run again, in order. Without a subject: all of the topic. @returns how many subjects */
  retry({ topic, subject }: Omit<At, 'subject'> & { subject?: string }): Promise<number> {
    const at = { consumer: this.consumer, topic };
    return this.events.retry(subject === undefined ? at : { ...at, subject });
  }

  /**
   * Leaves out what a subject waits for, and has the rest run again. The decision is kept, with its reason.
   * @returns null when the subject does not wait
   */
  skip({ topic, subject }: At, why: { reason: string; by: string }): Promise<Skipped | null> {
    return this.events.skip({ consumer: this.consumer, topic, subject }, why);
  }

  /** Forgets what is put aside about a subject that has to be erased. @returns how many events are gone */
  erase(subject: string): Promise<number> {
    return this.events.eraseSubject(subject);
  }
}

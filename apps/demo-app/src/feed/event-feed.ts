/** An event as the page shows it. */
export type ShownEvent = {
  topic: string;
  type: string;
  subject: string;
  sequence: string;
  time: string;
  data: unknown;
};

type Listener = (event: ShownEvent) => void;

const keptPerSubject = 100;
const mostSubjects = 2000;

/** Remembers the last events of each user for the page that opens a moment later, and tells open pages at once. */
export class EventFeed {
  private readonly bySubject = new Map<string, ShownEvent[]>();
  private readonly listeners = new Map<string, Set<Listener>>();

  add(event: ShownEvent): void {
    const events = this.bySubject.get(event.subject) ?? [];
    events.push(event);
    this.bySubject.delete(event.subject);
    this.bySubject.set(event.subject, events.slice(-keptPerSubject));
    const [oldest] = this.bySubject.keys();
    if (oldest && this.bySubject.size > mostSubjects) this.bySubject.delete(oldest);
    for (const listener of this.listeners.get(event.subject) ?? []) listener(event);
  }

  /** Hears the events of a subject: first those there are, then each new one. Answers the way to stop. */
  listen(subject: string, listener: Listener): () => void {
    for (const event of this.bySubject.get(subject) ?? []) listener(event);
    const listeners = this.listeners.get(subject) ?? new Set();
    this.listeners.set(subject, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.listeners.delete(subject);
    };
  }
}

import { eventually } from '@homerealm/testing';
import type { Browser } from './browser.js';

export type ToldEvent = {
  topic: string;
  type: string;
  subject: string;
  sequence: string;
  data: Record<string, unknown> | null;
};

/** What the demo app tells somebody who is signed in to it: everything that happened to them, in the order of each topic. */
export class ToldEvents {
  private readonly told: ToldEvent[] = [];
  private readonly ending = new AbortController();

  private constructor() {}

  /** Signs in to the demo app, and listens there. */
  static async open(demoApp: string, browser: Browser, wish: { email: string; connectionId: string }) {
    const begin = new URLSearchParams({ email: wish.email, connection_id: wish.connectionId });
    await browser.walk(`${demoApp}/sign-in?${begin}`, 'nowhere:');
    const events = new ToldEvents();
    const headers = { cookie: browser.jar.header(new URL(`${demoApp}/events`)) };
    const { status, body } = await fetch(`${demoApp}/events`, { headers, signal: events.ending.signal });
    if (status !== 200 || body === null) throw new Error(`the demo app tells no events: ${status}`);
    void events.read(body).catch(() => undefined); // it ends when it is closed
    return events;
  }

  of(type: string): ToldEvent[] {
    return this.told.filter((event) => event.type === type);
  }

  /** All of a type, once there are so many of them. */
  atLast(type: string, count: number): Promise<ToldEvent[]> {
    return eventually(() => this.of(type).length >= count && this.of(type), {
      ...{ timeout: 20_000, says: `event ${count} of ${type}` },
    });
  }

  close(): void {
    this.ending.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of body) {
      const messages = (text + decoder.decode(piece, { stream: true })).split('\n\n');
      text = messages.pop() ?? '';
      for (const message of messages)
        if (message.startsWith('data: ')) this.told.push(JSON.parse(message.slice(6)) as ToldEvent);
    }
  }
}

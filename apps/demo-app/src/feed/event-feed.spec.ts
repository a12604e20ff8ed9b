import { EventFeed, type ShownEvent } from './event-feed.js';

const event = (subject: string, sequence: number): ShownEvent => ({
  topic: 'auth-gateway.sign-in.v1',
  type: 'UserSignedIn',
  subject,
  sequence: String(sequence),
  time: '2026-01-01T00:00:00.000Z',
  data: {},
});

describe('the event feed', () => {
  it('gives a page what came before it opened, then what comes', () => {
    const feed = new EventFeed();
    const heard: string[] = [];
    feed.add(event('user_a', 1));
    feed.listen('user_a', ({ sequence }) => heard.push(sequence));
    feed.add(event('user_a', 2));
    expect(heard).toEqual(['1', '2']);
  });

  it('keeps the events of one user from another', () => {
    const feed = new EventFeed();
    const heard: ShownEvent[] = [];
    feed.listen('user_a', (shown) => heard.push(shown));
    feed.add(event('user_b', 1));
    expect(heard).toEqual([]);
  });

  it('is silent after the page was closed', () => {
    const feed = new EventFeed();
    const heard: ShownEvent[] = [];
    feed.listen('user_a', (shown) => heard.push(shown))();
    feed.add(event('user_a', 1));
    expect(heard).toEqual([]);
  });

  it('remembers the last hundred only', () => {
    const feed = new EventFeed();
    for (let sequence = 1; sequence <= 150; sequence++) feed.add(event('user_a', sequence));
    const heard: string[] = [];
    feed.listen('user_a', ({ sequence }) => heard.push(sequence));
    expect(heard).toHaveLength(100);
    expect(heard[0]).toBe('51');
  });
});

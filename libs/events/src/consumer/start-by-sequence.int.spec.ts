import { eventually } from '@homerealm/testing';
import { Street } from '../fixtures/street.js';
import type { Cursor, CursorContext } from './context.js';
import { on, startFrom, type TopicHandler } from './handlers.js';
import { type RunningSequenceConsumer, startConsumerBySequence } from './start-by-sequence.js';

/** Data and cursors of a consumer, in one place. A real one keeps both on disk, in one write. */
class Shelf {
  readonly seen: string[] = [];
  readonly numbers = new Map<string, number>();
  broken: string | undefined;
  isDown = false;

  readonly last = async (topic: string, subject: string) => {
    if (this.isDown) throw new Error('the shelf is out of reach');
    return this.numbers.get(`${topic} ${subject}`) ?? null;
  };
  readonly move = async ({ topic, subject, sequence }: Cursor) => {
    this.numbers.set(`${topic} ${subject}`, sequence);
  };
  async put(what: string, cursor: Cursor): Promise<void> {
    if (cursor.subject === this.broken) throw new Error('no room');
    this.seen.push(what);
    await this.move(cursor);
  }
}

describe('a consumer that keeps its cursors with its data', () => {
  let street: Street;
  let shelf: Shelf;
  let consumer: RunningSequenceConsumer;

  beforeEach(async () => {
    street = await Street.open();
    shelf = new Shelf();
  });
  afterEach(async () => {
    await consumer.close();
    await street.close();
  });

  const start = async (handlers: TopicHandler<CursorContext>[] = [keepsLamps()]) => {
    const { access: log, words } = street;
    consumer = await startConsumerBySequence({ name: 'shelf', log, cursors: shelf, handlers, says: words.says });
  };
  const keepsLamps = () =>
    on(street.topics.lampTopic, {
      LampLit: (event, { cursor }: CursorContext) => shelf.put(`${event.subject}${event.sequence}`, cursor),
    });
  const sees = (...expected: string[]) => eventually(() => [...shelf.seen].sort().join() === expected.sort().join());
  const dead = async () =>
    (await consumer.deadLetters.list()).map(
      ({ record, reason }) => `${record.key}${record.headers['ce_sequence']} ${reason}`,
    );
  const lamps = (subject: string, ...sequences: number[]) =>
    street.tell(
      street.topics.lampTopic,
      sequences.map((sequence) => ({ subject, sequence })),
    );

  it('skips what it has, passes over types it does not know, and goes on after a restart', async () => {
    await lamps('a', 1, 2, 2, 1);
    await street.tell(street.topics.lampTopic, [{ subject: 'a', sequence: 3, type: 'LampBroken' }]);
    await street.tell(street.topics.lampTopic, [{ subject: 'a', sequence: 4, type: 'LampSold' }]);
    await start();
    await lamps('a', 5);
    await sees('a1', 'a2', 'a5');
    await consumer.close();
    await lamps('a', 5, 6);
    await start();
    await sees('a1', 'a2', 'a5', 'a6');
    expect(await dead()).toEqual([]);
  });

  it('makes dead letters of an event that fails and of all behind it, also after a restart; others go on', async () => {
    shelf.broken = 'a';
    await lamps('a', 1, 2);
    await lamps('b', 1);
    await start();
    await sees('b1');
    await eventually(async () => (await dead()).length === 2);
    await consumer.close();
    shelf.broken = undefined;
    await start();
    await lamps('a', 3);
    await lamps('b', 2);
    await sees('b1', 'b2');
    await eventually(async () => (await dead()).length === 3);
    expect(await dead()).toEqual(['a1 failed', 'a2 behind', 'a3 behind']);
    expect(shelf.seen).not.toContain('a3');

    expect(await consumer.deadLetters.retry()).toEqual({ applied: 3, obsolete: 0, waiting: 0 });
    await sees('a1', 'a2', 'a3', 'b1', 'b2');
    expect(await dead()).toEqual([]);
    await lamps('a', 4);
    await eventually(() => shelf.seen.includes('a4'));
  });

  it('notices a gap, and names where each dead letter came from', async () => {
    await lamps('a', 1, 3);
    await start();
    await sees('a1');
    await eventually(async () => (await dead()).length === 1);
    const [letter] = await consumer.deadLetters.list();
    expect(letter).toMatchObject({ reason: 'behind', record: { topic: street.topics.lampTopic.name, key: 'a' } });
    await lamps('a', 2);
    await sees('a1', 'a2');
    expect(await consumer.deadLetters.retry()).toMatchObject({ applied: 1 });
    await sees('a1', 'a2', 'a3');
  });

  it('takes no later event for the first one of a subject whose first event cannot be read', async () => {
    await street.tell(street.topics.lampTopic, [{ subject: 'a', sequence: 1, raw: '{ canary' }]);
    await lamps('a', 2);
    await start();
    await eventually(async () => (await dead()).length === 2);
    expect(await dead()).toEqual(['a1 undecodable', 'a2 behind']);
    expect(JSON.stringify(street.words.words)).not.toContain('canary');
    // An operator decides to leave the first one out.
    await shelf.move({ topic: street.topics.lampTopic.name, subject: 'a', sequence: 1 });
    expect(await consumer.deadLetters.retry()).toEqual({ applied: 1, obsolete: 1, waiting: 0 });
    expect(shelf.seen).toEqual(['a2']);
  });

  it('waits while its store is out of reach, and makes no dead letter of that', async () => {
    shelf.isDown = true;
    await lamps('a', 1);
    await start();
    await eventually(() => street.words.words.some((line) => line.includes('waits')));
    shelf.isDown = false;
    await sees('a1');
    expect(await dead()).toEqual([]);
  });

  it('begins with how things are', async () => {
    const { lampStateTopic } = street.topics;
    await street.tell(lampStateTopic, [{ subject: 'a', sequence: 7 }]);
    await lamps('a', 7, 8);
    await start([
      keepsLamps(),
      startFrom(lampStateTopic, (state, { cursor }: CursorContext) => shelf.put(`state ${state.sequence}`, cursor)),
    ]);
    await sees('state 7', 'a8');
  });
});

import { configurePoints } from '@homerealm/events/operations';
import { createInterface } from 'node:readline';
import { openPlace } from './house.js';
import { type HouseName, houses } from './planted.js';

/** What a house is told on its standard input. */
export type Order = { order: 'light'; number: number; lampId: string; hold: boolean } | { order: 'release' };
/** What it answers: it listens, a transaction is held open, a wish is done. */
export type Word = { says: 'ready' } | { says: 'held' | 'done'; number: number };

const { UNIQUE = '', DATABASE_URL = '', KAFKA_BROKERS = '', HOUSE = 'sound', CRASH_POINTS = '' } = process.env;
const tell = (word: Word) => void process.stdout.write(`${JSON.stringify(word)}\n`);

configurePoints(CRASH_POINTS, UNIQUE);
const place = await openPlace(UNIQUE, DATABASE_URL, KAFKA_BROKERS.split(','));
const parts = houses[HOUSE as HouseName];
const relay = parts.openRelay(place);
place.wakeRelay = () => relay.wake();
relay.start();
parts.openConsumer(place).start();

let release = () => {};
const released = new Promise<void>((resolve) => (release = resolve));

async function light({ number, lampId, hold }: Extract<Order, { order: 'light' }>): Promise<void> {
  await parts.light(place, lampId, async () => {
    if (!hold) return;
    tell({ says: 'held', number });
    await released;
  });
  tell({ says: 'done', number });
}

const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => {
  const order = JSON.parse(line) as Order;
  if (order.order === 'release') release();
  else void light(order);
});
orders.on('close', () => process.exit(0));
tell({ says: 'ready' });

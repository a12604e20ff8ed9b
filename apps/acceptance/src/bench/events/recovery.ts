import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openEventLog, Outbox, Relay, uuid7 } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import { median } from '../measure.js';
import type { Measurement } from './finding.js';
import { moved, type ParcelTopic, parcelTopic } from './parcels.js';
import { type Service, silent } from './world.js';

const goals = { consumer: 15, broker: 30 };
const program = fileURLToPath(new URL('./consumer-process.js', import.meta.url));
/** So many that every partition has some. */
const parcels = 60;

/** How long nothing is applied after a consumer, or the broker, was killed and started again at once. */
export const recovery: Measurement = {
  name: 'recovery',
  async run(world, { rounds }) {
    const topic = parcelTopic('recovery');
    const [post, shop] = [await world.openService('post'), await world.openService('shop')];
    const log = openEventLog(await world.logSettings('kafka'));
    await log.ensureTopics([topic]);
    const relay = new Relay({ service: 'post', says: silent, log, databaseUrl: post.url });
    relay.start();
    const outbox = new Outbox(post.database, 'post', relay.wake);
    const applied = new Set<string>();
    const kafka = await world.kafka();
    const startConsumer = () => startProcess({ url: shop.url, brokers: kafka.brokers, topic: 'recovery' }, applied);
    let consumer = startConsumer();
    const tellAndWait = () => tellAll(post, outbox, topic, applied);
    const [afterConsumer, afterBroker]: [number[], number[]] = [[], []];
    try {
      await tellAndWait();
      for (let round = 0; round < Math.min(rounds, 3); round++) {
        afterConsumer.push(
          await seconds(() => (consumer.kill('SIGKILL'), (consumer = startConsumer()), tellAndWait())),
        );
        afterBroker.push(
          await seconds(async () => {
            await kafka.stop();
            await kafka.start();
            await tellAndWait();
          }),
        );
      }
    } finally {
      consumer.kill('SIGKILL');
      await relay.close();
      await log.close();
      await Promise.all([post.close(), shop.close()]);
    }
    return [
      finding(
        'a consumer was killed and started again: seconds until all partitions go on',
        afterConsumer,
        goals.consumer,
      ),
      finding('the broker was killed and started again: seconds until all partitions go on', afterBroker, goals.broker),
    ];
  },
};

function finding(what: string, times: number[], goal: number) {
  const worst = Math.max(...times);
  return {
    ...{ what, value: worst.toFixed(1), goal: `≤ ${goal}`, met: worst <= goal },
    details: `worst of ${times.length}, median ${median(times).toFixed(1)}`,
  };
}

function startProcess(order: object, applied: Set<string>): ChildProcess {
  const child = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => applied.add(line.replace('applied ', '')));
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

async function tellAll({ database }: Service, outbox: Outbox, topic: ParcelTopic, applied: Set<string>): Promise<void> {
  const told = Array.from({ length: parcels }, () => uuid7());
  await database.transaction(() => outbox.append(...told.map((parcelId) => moved(topic, parcelId))));
  await eventually(() => told.every((parcelId) => applied.has(parcelId)), {
    ...{ timeout: 120_000, every: 20, says: 'events applied after a crash' },
  });
}

import type { EventOf } from '@homerealm/contracts';
import { Consumer, Consumes, EventDatabase, EventsServer, openEventLog, type Sql } from '@homerealm/events';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { isObservable, lastValueFrom } from 'rxjs';
import { median } from '../measure.js';
import type { Measurement } from './finding.js';
import { parcelRecords, type ParcelTopic, parcelTopic } from './parcels.js';
import { silent } from './world.js';

const goal = 50;
const topic = parcelTopic('dispatch');

@Controller()
class OnParcel {
  @Consumes(topic)
  handle(moved: EventOf<ParcelTopic>): void {
    if (moved.data.stops.length === 0) throw new Error('a parcel without stops');
  }
}

@Module({ controllers: [OnParcel] })
class DispatchModule {}

/** Answers every statement at once, as if it had been done. */
class NoDatabase extends EventDatabase<Sql> {
  protected readonly plain: Sql = { query: async <Row>() => [{ last_seq: '0', first_offset: '0' } as Row] };
  protected begin<T>(work: (sql: Sql, same: Sql) => Promise<T>): Promise<T> {
    return work(this.plain, this.plain);
  }
}

/** What an event costs before and around its handler, the database left out: one figure for all of the machinery. */
export const dispatch: Measurement = {
  name: 'dispatch',
  async run(_world, { rounds, count }) {
    const database = new NoDatabase();
    // Nobody connects to it.
    const log = openEventLog({ EVENT_LOG: 'kafka', KAFKA_BROKERS: ['127.0.0.1:1'] });
    const strategy = new EventsServer({ service: 'shop', database, log, says: silent, onFatal: () => {} });
    const app = await NestFactory.createMicroservice(DispatchModule, { strategy, logger: false });
    await app.init();
    const handler = strategy.getHandlerByPattern(topic.name);
    if (!handler) throw new Error('the handler is not registered');
    const handle = async (event: unknown, context: object) => {
      const result: unknown = await handler(event, context);
      return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
    };
    const consumer = new Consumer({
      ...{ service: 'shop', database, topics: [topic], says: silent, concurrency: 1 },
      handle: (event, { revision }, { headers, ...place }) => handle(event, { ...place, headers, revision }),
    });
    const costs: number[] = [];
    for (let round = 0; round <= rounds; round++) costs.push(await microseconds(consumer, count * 5));
    await app.close();
    await log.close();
    const cost = median(costs.slice(1));
    return [
      {
        what: 'framework: decode, check, consumer and Nest dispatch, µs of CPU per event',
        ...{ value: cost.toFixed(0), goal: `≤ ${goal}`, met: cost <= goal },
        details: 'with a database that answers at once',
      },
    ];
  },
};

/** As large as a fetch of one partition is: about a megabyte. */
function inBatches<T>(records: T[]): T[][] {
  const size = 1_000;
  return Array.from({ length: Math.ceil(records.length / size) }, (_, index) =>
    records.slice(index * size, (index + 1) * size),
  );
}

async function microseconds(consumer: Consumer, count: number): Promise<number> {
  const batches = inBatches(parcelRecords(topic, count, 64));
  const started = process.cpuUsage();
  for (const records of batches) {
    await consumer.handleBatch({
      ...{ topic: topic.name, partition: 0, records, end: BigInt(count) },
      ...{ signal: new AbortController().signal, done: () => {}, stopPartition: () => {} },
    });
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / count;
}

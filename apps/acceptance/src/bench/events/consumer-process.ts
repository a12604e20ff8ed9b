import { ConsumerGroup, openEventLog } from '@homerealm/events';
import { parcelTopic } from './parcels.js';
import { openService, silent } from './world.js';

/** A consumer in a process of its own, to be killed: says `applied <parcel>` when it has. */
const {
  url,
  brokers,
  topic: name,
} = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  brokers: string[];
  topic: string;
};
const topic = parcelTopic(name);
const { database } = await openService('shop', url);
const group = new ConsumerGroup({
  ...{ service: 'shop', database, topics: [topic], says: silent },
  log: openEventLog({ EVENT_LOG: 'kafka', KAFKA_BROKERS: brokers }),
  handle: async ({ subject, sequence }) => {
    await database.sql.query('INSERT INTO move (parcel_id, seq) VALUES ($1, $2)', [subject, sequence]);
    database.afterCommit(() => process.stdout.write(`applied ${subject}\n`));
  },
  onFatal: () => process.exit(1),
});
group.start();

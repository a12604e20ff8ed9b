import type { Admin, Kafka } from 'kafkajs';
import { pause } from '../core/backoff.js';
import { GroupBusyError } from '../core/event-log.port.js';

export type Positions = ReadonlyMap<number, bigint>;

const deadline = 30_000;

/**
 * Has a group without members go on from these offsets. Only a member may store them, so we become one for a moment.
 * The client's own way to do this takes five seconds a topic.
 * @throws GroupBusyError when there are members, also when one came meanwhile
 */
export async function seekGroup(kafka: Kafka, admin: Admin, group: string, topics: ReadonlyMap<string, Positions>) {
  const { groups } = await admin.describeGroups([group]);
  if (groups.some(({ members }) => members.length > 0)) throw new GroupBusyError(group);
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 50, allowAutoTopicCreation: false });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics.keys()], fromBeginning: true });
    let isAlone = true;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      for (const [topic, positions] of topics) {
        const ours = payload.memberAssignment[topic] ?? [];
        if ([...positions.keys()].some((partition) => !ours.includes(partition))) isAlone = false;
      }
    });
    await consumer.run({ eachBatchAutoResolve: false, eachBatch: async () => {} });
    // What was fetched before this is not handled, and nothing is fetched after it: seeking is all that happens.
    consumer.pause([...topics.keys()].map((topic) => ({ topic })));
    for (const [topic, positions] of topics) {
      for (const [partition, offset] of positions) consumer.seek({ topic, partition, offset: String(offset) });
    }
    for (const end = Date.now() + deadline; !(await areAt(admin, group, topics)); await pause(50)) {
      if (!isAlone || Date.now() > end) throw new GroupBusyError(group);
    }
  } finally {
    await consumer.disconnect().catch(() => {});
  }
}

export async function readPosition(admin: Admin, groupId: string, topic: string): Promise<Map<number, bigint>> {
  const found = await admin.fetchOffsets({ groupId, topics: [topic] });
  const partitions = found.flatMap((each) => each.partitions).filter(({ offset }) => BigInt(offset) >= 0n);
  return new Map(partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
}

async function areAt(admin: Admin, group: string, topics: ReadonlyMap<string, Positions>): Promise<boolean> {
  for (const [topic, positions] of topics) {
    const now = await readPosition(admin, group, topic);
    if ([...positions].some(([partition, offset]) => now.get(partition) !== offset)) return false;
  }
  return true;
}

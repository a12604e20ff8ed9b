import { randomBytes, randomUUID } from 'node:crypto';
import { allTopics, type AnyTopic } from '@homerealm/contracts';
import { makeId } from '@homerealm/domain';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import type { Saboteur } from './saboteur.js';

/** Has the brokers keep records for moments instead of days, so that what retention and compaction leave can be seen. */
export async function hurryCleaning(brokers: string[]): Promise<void> {
  const admin = new Kafka({ clientId: 'operator', brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await admin.alterConfigs({
      validateOnly: false,
      resources: allTopics.map(({ name, policy }) => ({
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: Object.entries(hurried(policy)).map(([entry, value]) => ({ name: entry, value })),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}

const hurried = ({ cleanup }: AnyTopic['policy']): Record<string, string> => ({
  'cleanup.policy': cleanup,
  'segment.ms': '100',
  ...(cleanup === 'delete'
    ? { 'retention.ms': '1000' }
    : { 'min.cleanable.dirty.ratio': '0.01', 'delete.retention.ms': '100', 'max.compaction.lag.ms': '1000' }),
});

/**
 * A state that comes later closes the part of the log that is compacted: one tombstone for each partition of what is
 * told of users, about users that never were.
 */
export async function moveOn(saboteur: Saboteur): Promise<void> {
  const ofUsers = allTopics.filter(({ key, policy }) => key === 'userId' && policy.cleanup === 'compact');
  for (const topic of ofUsers) {
    for (let partition = 0; partition < topic.partitions; partition++) {
      await saboteur.write(topic.name, { ...tombstone(topic), partition });
    }
  }
}

function tombstone(topic: AnyTopic) {
  const key = makeId('user', Date.now(), randomBytes(10));
  const headers = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: randomUUID(),
    ce_source: topic.owner,
    ce_type: Object.keys(topic.events)[0] ?? '',
    ce_subject: key,
    ce_time: new Date().toISOString(),
    ce_sequence: '1',
  };
  return { key, value: null, headers };
}

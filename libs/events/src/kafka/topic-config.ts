import type { AnyTopic } from '@homerealm/contracts';

const day = 86_400_000;

export type TopicDefinition = {
  name: string;
  partitions: number;
  replication: number;
  config: Record<string, string>;
};

/** How a topic is to be set up on the brokers. Tombstones and replaced states are gone for good within two weeks. */
export function topicDefinition(topic: AnyTopic, replication: number): TopicDefinition {
  const { name, partitions, policy } = topic;
  const kept: Record<string, string> =
    policy.cleanup === 'delete'
      ? { 'cleanup.policy': 'delete', 'retention.ms': String(policy.retentionDays * day) }
      : {
          'cleanup.policy': 'compact',
          'delete.retention.ms': String(7 * day),
          'max.compaction.lag.ms': String(7 * day),
        };
  const safe = {
    'min.insync.replicas': replication > 2 ? '2' : '1',
    // A copy that fell behind must never lead: acknowledged events would be gone.
    'unclean.leader.election.enable': 'false',
  };
  return { name, partitions, replication, config: { ...kept, ...safe } };
}

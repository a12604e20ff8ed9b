import type { AnyTopic } from '@homerealm/contracts';
import type { Admin } from 'kafkajs';

/** How the protocol calls a topic; the client's own name for it cannot be imported by an ES module. */
const topicResource = 2;

/** A topic is set up otherwise than declared: order, or events, may be lost. For an operator to put right. */
export class TopicMismatchError extends Error {
  override readonly name = 'TopicMismatchError';
}

/**
 * Compares topics that are there with how they are declared.
 * @throws TopicMismatchError naming all that differ
 */
export async function checkTopics(admin: Admin, topics: readonly AnyTopic[]): Promise<void> {
  if (topics.length === 0) return;
  const found = [...(await differentPartitions(admin, topics)), ...(await differentPolicies(admin, topics))];
  if (found.length === 0) return;
  const says = `Kafka's topics are not as declared: ${found.join('; ')}`;
  // Logs name errors without their messages; this one holds nothing but names of topics, and has to be read.
  process.emitWarning(says, 'TopicMismatchWarning');
  throw new TopicMismatchError(says);
}

/** With another number of partitions, events of one key lie in two of them, in no order. */
async function differentPartitions(admin: Admin, topics: readonly AnyTopic[]): Promise<string[]> {
  const metadata = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  const counts = new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
  return topics
    .filter(({ name, partitions }) => counts.get(name) !== partitions)
    .map(({ name, partitions }) => `${name} has ${counts.get(name) ?? 0} partitions instead of ${partitions}`);
}

/** Compaction drops events, and retention drops states. */
async function differentPolicies(admin: Admin, topics: readonly AnyTopic[]): Promise<string[]> {
  const configNames = ['cleanup.policy'];
  const resources = topics.map(({ name }) => ({ type: topicResource, name, configNames }));
  const described = await admin.describeConfigs({ includeSynonyms: false, resources }).catch((error: unknown) => {
    // Some brokers keep this from ordinary users. The number of partitions can be seen by everybody.
    if ((error as { type?: string }).type !== 'TOPIC_AUTHORIZATION_FAILED') throw error;
    process.emitWarning('Kafka does not let this user see how topics are cleaned up: that is not checked.');
    return { resources: [] };
  });
  const policies = new Map(
    described.resources.map(({ resourceName, configEntries }) => [resourceName, configEntries[0]?.configValue]),
  );
  return topics
    .map(({ name, policy }) => ({ name, declared: policy.cleanup, is: policies.get(name) }))
    .filter(({ declared, is }) => is !== undefined && is !== declared)
    .map(({ name, declared, is }) => `${name} has cleanup.policy ${is ?? ''} instead of ${declared}`);
}

import { type Fact, type Finding, keyOf, type Numbering } from './facts.js';

/** What a topic holds of one subject: event ids by number, in the order in which they first came. */
export type Stream = { topic: string; subject: string; ids: string[]; duplicates: number };

export type Published = { streams: Map<string, Stream>; findings: Finding[]; duplicates: number };

/**
 * What was put into an outbox against what the topics hold. Every number from 1 to the last stands there at least
 * once, numbers come in order when they first come, a number has one event, a subject one partition, and nothing stands
 * there that no outbox ever held.
 * @param facts in the order of their partitions
 */
export function checkPublished(facts: readonly Fact[], numberings: readonly Numbering[]): Published {
  const findings: Finding[] = [];
  const streams = readStreams(facts, findings);
  const given = new Map(numberings.map((numbering) => [keyOf(numbering.topic, numbering.subject), numbering.last]));
  for (const [key, last] of given) {
    const held = streams.get(key)?.ids.length ?? 0;
    if (held < last) {
      findings.push({ check: 'published: nothing is lost', about: key, says: `${held} of ${last} events are there` });
    }
  }
  for (const [key, { ids }] of streams) {
    const last = given.get(key) ?? 0;
    if (ids.length > last) {
      const says = `${ids.length} events are there, and ${last} were ever committed`;
      findings.push({ check: 'published: nothing is foreign', about: key, says });
    }
  }
  const duplicates = [...streams.values()].reduce((sum, stream) => sum + stream.duplicates, 0);
  return { streams, findings, duplicates };
}

function readStreams(facts: readonly Fact[], findings: Finding[]): Map<string, Stream> {
  const streams = new Map<string, Stream & { partition: number }>();
  for (const { topic, key: subject, partition, revision, id } of facts) {
    const key = keyOf(topic, subject);
    const stream = streams.get(key) ?? { topic, subject, ids: [], duplicates: 0, partition };
    streams.set(key, stream);
    const find = (check: string, says: string) => findings.push({ check: `published: ${check}`, about: key, says });
    if (stream.partition !== partition) find('a subject has one partition', `${stream.partition} and ${partition}`);
    const known = stream.ids[revision - 1];
    if (known === id) stream.duplicates += 1;
    else if (known !== undefined) find('a number has one event', `number ${revision}: ${known} and ${id}`);
    else if (revision === stream.ids.length + 1) stream.ids.push(id);
    else find('numbers come in order', `number ${revision} came after ${stream.ids.length}`);
  }
  return streams;
}

import { type Cursor, type Finding, keyOf } from './facts.js';
import type { Stream } from './published.js';

/** Who follows which topic. */
export type Follows = { consumer: string; topic: string };

/** What the topics hold against what the consumers' cursors say: each stands open behind the last event. */
export function checkApplied(
  streams: Iterable<Stream>,
  cursors: readonly Cursor[],
  follows: readonly Follows[],
): Finding[] {
  const findings: Finding[] = [];
  const known = new Map(cursors.map((cursor) => [`${cursor.consumer} ${keyOf(cursor.topic, cursor.subject)}`, cursor]));
  const all = [...streams];
  for (const { consumer, topic } of follows) {
    for (const { subject, ids } of all.filter((stream) => stream.topic === topic)) {
      const about = `${consumer} ${keyOf(topic, subject)}`;
      const cursor = known.get(about);
      const last = cursor?.last ?? 0;
      if (last !== ids.length) {
        findings.push({ check: 'applied: nothing is lost', about, says: `stands at ${last} of ${ids.length}` });
      } else if (cursor?.state !== 'open') {
        findings.push({ check: 'applied: nothing is parked', about, says: `is ${cursor?.state ?? 'not there'}` });
      }
    }
  }
  return findings;
}

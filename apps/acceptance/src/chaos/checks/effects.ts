import { type Fact, type Finding, keyOf } from './facts.js';
import type { Stream } from './published.js';

/** What a consumer without any unique constraint wrote down, in the order in which it did. */
export type Effect = { topic: string; subject: string; sequence: number; eventId: string };

/** Every event has one effect, and of each subject they come in order and without a gap. */
export function checkEffects(effects: readonly Effect[], streams: Iterable<Stream>): Finding[] {
  const findings: Finding[] = [];
  const counts = new Map<string, number>();
  const last = new Map<string, number>();
  for (const { topic, subject, sequence, eventId } of effects) {
    counts.set(eventId, (counts.get(eventId) ?? 0) + 1);
    const key = keyOf(topic, subject);
    const before = last.get(key) ?? 0;
    if (sequence !== before + 1) {
      findings.push({ check: 'effects: in order, without gaps', about: key, says: `${sequence} came after ${before}` });
    }
    last.set(key, sequence);
  }
  for (const { topic, subject, ids } of streams) {
    for (const id of ids) {
      const times = counts.get(id) ?? 0;
      if (times === 1) continue;
      const about = `${keyOf(topic, subject)} ${id}`;
      const check = times === 0 ? 'effects: nothing is lost' : 'effects: nothing is applied twice';
      findings.push({ check, about, says: `had ${times} effects` });
    }
  }
  return findings;
}

/** What events caused others: of each type, an event causes one. */
export function checkCauses(facts: readonly Fact[]): Finding[] {
  const caused = new Map<string, Set<string>>();
  for (const { topic, type, key, causationId, id } of facts) {
    if (causationId === undefined) continue;
    const effect = `${keyOf(topic, key)} ${type} because of ${causationId}`;
    const ids = caused.get(effect) ?? new Set();
    caused.set(effect, ids.add(id));
  }
  return [...caused]
    .filter(([, ids]) => ids.size > 1)
    .map(([about, ids]) => ({ check: 'effects: a cause works once', about, says: `${ids.size} events` }));
}

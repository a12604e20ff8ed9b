/** A record of a topic as an independent reader saw it; `value` is the text of its data, null for a tombstone. */
export type Fact = {
  topic: string;
  partition: number;
  key: string;
  id: string;
  type: string;
  sequence: number;
  /** What a consumer's cursor counts: the sequence, and on state topics the revision. */
  revision: number;
  causationId: string | undefined;
  value: string | null;
};

/** A row of event_sequence: the last number that was ever given to an outbox row of this topic and subject. */
export type Numbering = { topic: string; subject: string; last: number };

/** A row of event_inbox. */
export type Cursor = { consumer: string; topic: string; subject: string; last: number; state: string };

/** Something that must not be. `check` names the check that found it. */
export type Finding = { check: string; about: string; says: string };

export const keyOf = (topic: string, subject: string): string => `${topic} ${subject}`;

/** JSON with sorted keys, so that equal values have equal text. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

import { createHash } from 'node:crypto';
import { load } from './write.mjs';

const { encodeRow } = await load('libs/events/dist/index.js');
const time = new Date('2026-01-15T09:30:00.000Z');
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** A UUIDv7 that stays the same, so that samples change only when their event does. */
function idOf(name) {
  const at = time.getTime().toString(16).padStart(12, '0');
  const rest = createHash('sha256').update(name).digest('hex');
  return [at.slice(0, 8), at.slice(8), `7${rest.slice(0, 3)}`, `a${rest.slice(3, 6)}`, rest.slice(6, 18)].join('-');
}

/** The value of the key field; for topics whose key is no field of the data, what stands for it. */
const subjectOf = ({ key }, data) =>
  key === 'environment' ? 'environment' : String(data[key] ?? data.userId ?? data.attemptId);

function record(topic, { name, type, subject, sequence, revision = sequence, data }) {
  const row = {
    id: '1',
    topic: topic.name,
    subject,
    sequence,
    revision,
    event_id: idOf(`${topic.name} ${name}`),
    type,
    headers: {},
    payload: data === null ? null : JSON.stringify(data),
    traceparent,
    created_at: time,
  };
  const { key, headers, value } = encodeRow(row, topic.owner);
  return { key, headers, value: value === null ? null : JSON.parse(value) };
}

/**
 * Whole records as they go on the wire, made by the encoder that the relay uses: one for each declared example, and a
 * tombstone for each state topic. The value is shown as JSON; on the wire it is its text.
 * @returns a list of { type, name, record }, `name` being `<Type>` or `<Type>.<case>`
 */
export function samplesOf(topic) {
  const isState = topic.policy.cleanup === 'compact';
  const numbers = isState ? { sequence: '4', revision: '6' } : { sequence: '4' };
  return Object.entries(topic.events).flatMap(([type, { example, examples = {} }]) => {
    const cases = [[type, example], ...Object.entries(examples).map(([name, data]) => [`${type}.${name}`, data])];
    const sample = (name, data, more) => {
      const subject = subjectOf(topic, data ?? example);
      return { type, name, record: record(topic, { name, type, subject, data, ...more }) };
    };
    return [
      ...cases.map(([name, data]) => sample(name, data, numbers)),
      ...(isState ? [sample(`${type}.tombstone`, null, { sequence: '5', revision: '7' })] : []),
    ];
  });
}

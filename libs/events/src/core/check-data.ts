import type { OutgoingEvent } from './outgoing-event.js';

/** An event does not fit its contract: a mistake in the service that tells it. Names fields, never values. */
export class BadEventError extends Error {
  override readonly name = 'BadEventError';
}

/** Brokers take records of up to 1 MiB by default; the envelope needs some of it. */
const maxBytes = 900_000;

/** The data as the text that is stored and published; null for a tombstone. @throws BadEventError */
export function encodeData(outgoing: OutgoingEvent): string | null {
  const data = checkData(outgoing);
  if (data === null) return null;
  const text = JSON.stringify(data);
  if (Buffer.byteLength(text) <= maxBytes) return text;
  throw new BadEventError(`${outgoing.type} of ${outgoing.topic.name} is larger than ${maxBytes} bytes`);
}

/**
 * Checks an event's data strictly: what consumers could not read, or would not see, is refused.
 * @returns the data as it goes on the wire
 * @throws BadEventError
 */
function checkData({ topic, type, data }: OutgoingEvent): unknown {
  const where = `${type} of ${topic.name}`;
  const declared = Object.hasOwn(topic.events, type) ? topic.events[type] : undefined;
  if (!declared) throw new BadEventError(`${where} is not declared`);
  if (data === null && topic.policy.cleanup === 'compact') return null;
  const outcome = declared.data.safeParse(data);
  if (!outcome.success) {
    const fields = outcome.error.issues.map((issue) => `${issue.path.join('.') || 'data'} (${issue.code})`);
    throw new BadEventError(`${where} does not fit its contract: ${fields.join(', ')}`);
  }
  const lost = lostFields(data, outcome.data);
  if (lost.length > 0) throw new BadEventError(`${where} has undeclared fields: ${lost.join(', ')}`);
  return outcome.data;
}

/** Names of fields that the contract did not keep. Every event comes through here, so it allocates nothing meanwhile. */
function lostFields(given: unknown, kept: unknown, path = '', lost: string[] = []): string[] {
  if (!isTree(given) || !isTree(kept)) return lost;
  for (const name in given) {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined || !Object.hasOwn(given, name)) continue;
    if (!Object.hasOwn(kept, name)) lost.push(path + name);
    else if (isTree(value)) lostFields(value, (kept as Record<string, unknown>)[name], `${path}${name}.`, lost);
  }
  return lost;
}

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;

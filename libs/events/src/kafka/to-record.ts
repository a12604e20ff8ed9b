import type { KafkaMessage } from 'kafkajs';
import type { StoredRecord } from '../core/event-log.port.js';

/** A record as the log's port gives it: text, and the first value of each header. */
export function toRecord(topic: string, partition: number, message: KafkaMessage): StoredRecord {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined) headers[name] = text.toString();
  }
  return {
    ...{ topic, partition, offset: BigInt(message.offset), headers },
    ...{ key: message.key?.toString() ?? null, value: message.value?.toString() ?? null },
  };
}

import { z } from 'zod';

/**
 * Headers of every record: CloudEvents 1.0, Kafka binding, binary mode. The docs and the AsyncAPI document are made from
 * this. A consumer needs `ce_specversion`, `ce_id`, `ce_type`, `ce_subject`, `ce_time`, `ce_source` and `ce_sequence`;
 * it skips headers it does not know.
 */
export const EventHeaders = z.looseObject({
  ce_specversion: z.literal('1.0').describe('Version of CloudEvents.'),
  ce_id: z.uuid().describe('Id of the event, a UUIDv7. The same on every delivery.'),
  ce_source: z.string().min(1).describe('Who tells it: the service that owns the topic.'),
  ce_type: z.string().min(1).describe('Event type: one of those the topic declares. Skip what you do not know.'),
  ce_subject: z.string().min(1).describe('Id of the aggregate it is about; the same as the key of the record.'),
  ce_time: z.iso.datetime().describe('When it happened, ISO 8601 in UTC.'),
  ce_dataschema: z
    .string()
    .regex(/^urn:homerealm:schema:[a-z.-]+\.v\d+:[A-Za-z]+$/)
    .describe('URN of the JSON Schema of the value: topic, with its major version, and type.'),
  ce_sequence: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .describe(
      'Place in the history of the subject. On event topics 1, 2, 3, … without a gap. On state topics: the sequence of the last event that the state includes.',
    ),
  ce_partitionkey: z.string().min(1).describe('The key of the record once more, for bridges that lose it.'),
  ce_revision: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .optional()
    .describe(
      'State topics only, left out where it equals `ce_sequence`: grows with every record of the subject. Of two records the one with the higher revision holds.',
    ),
  ce_causationid: z.string().min(1).optional().describe('Id of the event that this one follows from.'),
  'content-type': z.literal('application/json').describe('Type of the value; also on tombstones, which have none.'),
  traceparent: z.string().min(1).optional().describe('W3C trace context of what caused the event.'),
});
export type EventHeaders = z.infer<typeof EventHeaders>;

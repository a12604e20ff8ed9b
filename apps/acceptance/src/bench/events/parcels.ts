import { defineTopic } from '@homerealm/contracts';
import { encodeRow, event, type OutboxRow, type OutgoingEvent, type StoredRecord, uuid7 } from '@homerealm/events';
import { z } from 'zod';

/** A made-up topic whose events have about half a kilobyte of data. */
export function parcelTopic(name: string) {
  return defineTopic({
    name: `post.${name}.v1`,
    owner: 'post',
    says: 'Where parcels are.',
    key: 'parcelId',
    policy: { cleanup: 'delete', retentionDays: 1 },
    readers: 'any',
    events: {
      ParcelMoved: {
        says: 'It is somewhere else now.',
        data: z.object({
          parcelId: z.string(),
          at: z.iso.datetime(),
          from: z.string().max(200),
          to: z.string().max(200),
          stops: z.array(z.object({ town: z.string(), minutes: z.number().int() })),
        }),
        example: {},
      },
    },
  });
}

export type ParcelTopic = ReturnType<typeof parcelTopic>;

const parcel = (parcelId: string) => ({
  parcelId,
  at: new Date().toISOString(),
  from: 'The house at the end of the long road beside the river',
  to: 'The shop at the corner of the market square',
  stops: Array.from({ length: 8 }, (_, stop) => ({ town: `Town number ${stop}`, minutes: stop * 12 })),
});

export const moved = (topic: ParcelTopic, parcelId: string): OutgoingEvent =>
  event(topic, 'ParcelMoved', parcelId, parcel(parcelId));

export const parcelPayload = JSON.stringify(parcel('parcel-0'));

/** Records as a broker would give them: partition 0, shared out to so many parcels, numbered from 1 for each. */
export function parcelRecords(topic: ParcelTopic, count: number, parcels: number): StoredRecord[] {
  const prefix = uuid7();
  return Array.from({ length: count }, (_, index) => {
    const row = parcelRow(topic, `${prefix}-${index % parcels}`, Math.floor(index / parcels) + 1);
    return { ...encodeRow(row, 'post'), partition: 0, offset: BigInt(index) };
  });
}

const parcelRow = (topic: ParcelTopic, subject: string, sequence: number): OutboxRow => ({
  ...{ id: '0', topic: topic.name, subject, sequence: String(sequence), revision: String(sequence) },
  ...{ event_id: uuid7(), type: 'ParcelMoved', headers: {}, payload: JSON.stringify(parcel(subject)) },
  ...{ traceparent: null, created_at: new Date() },
});

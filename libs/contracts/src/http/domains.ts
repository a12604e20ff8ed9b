import { z } from 'zod';

/** A DNS record that proves who owns a home realm domain, and how far the proof is. */
export const DomainVerificationResponse = z.object({
  domain: z.string().describe('The home realm domain.'),
  state: z
    .enum(['pending', 'verified', 'failed'])
    .describe('`pending`: not looked for yet. `verified`: the record is there. `failed`: it is not, or not any more.'),
  recordName: z.string().describe('Name of the TXT record to publish.'),
  recordValue: z.string().describe('Its text. Other TXT records of that name do no harm.'),
  problem: z
    .enum(['record-missing', 'record-differs', 'dns-unreachable'])
    .nullable()
    .describe('What the last look found wrong. `dns-unreachable` leaves the state as it was.'),
  requestedAt: z.iso.datetime().describe('When the proof was asked for.'),
  checkedAt: z.iso.datetime().nullable().describe('When it was looked for last.'),
  verifiedAt: z.iso.datetime().nullable().describe('Since when it has been there without a gap.'),
});
export type DomainVerificationResponse = z.infer<typeof DomainVerificationResponse>;

/** `GET /connections/:id/domains`. */
export const ConnectionDomainsResponse = z.object({
  items: z
    .array(
      z.object({
        domain: z.string().describe('A home realm domain of the connection.'),
        verification: DomainVerificationResponse.nullable().describe('Null while nobody asked for a proof.'),
      }),
    )
    .describe('In the connection’s order.'),
});
export type ConnectionDomainsResponse = z.infer<typeof ConnectionDomainsResponse>;

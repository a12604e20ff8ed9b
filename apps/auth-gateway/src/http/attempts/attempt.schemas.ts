import { Check } from '@homerealm/domain';
import { pageOf, pageQuery } from '@homerealm/platform';
import { z } from 'zod';

const time = z
  .date()
  .transform((date) => date.toISOString())
  .pipe(z.iso.datetime());

const fields = {
  attemptId: z.string().describe('Stands on the person’s error page, in the events and in the traces.'),
  startedAt: time,
  finishedAt: time,
  outcome: z.enum(['signed-in', 'refused', 'abandoned']),
  code: z.string().nullable().describe('Stable code of the refusal; null when the person was signed in.'),
  applicationId: z.string().nullable(),
  connectionId: z.string().nullable(),
  organizationId: z.string().nullable(),
  userId: z.string().nullable(),
};

export const AttemptSummary = z.object(fields).meta({ id: 'SignInAttemptSummary' });

export const AttemptResponse = z
  .object({
    ...fields,
    checks: z.array(Check).describe('In the order they were made. The last failed one is the cause.'),
    upstream: z
      .object({
        error: z.string().nullable(),
        aadsts: z.array(z.string()).describe('Numbers of Entra’s error codes.'),
        correlationId: z.string().nullable().describe('Find the attempt in Entra’s own sign-in logs by it.'),
        description: z.string().nullable().describe('The provider’s words; emails and tokens taken out.'),
      })
      .nullable(),
    explanation: z
      .object({
        says: z.string(),
        fixedBy: z.enum(['person', 'connection-admin', 'operator', 'application', 'provider', 'nobody']),
        aadsts: z.array(z.object({ number: z.string(), says: z.string() })),
      })
      .nullable()
      .describe('Why it was refused, and who can make the next try succeed.'),
  })
  .meta({ id: 'SignInAttempt' });

const moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const AttemptQuery = z.object({
  ...pageQuery,
  code: z.string().max(100).optional().describe('Only attempts refused with this code.'),
  outcome: z.enum(['signed-in', 'refused', 'abandoned']).optional(),
  connectionId: z.string().max(64).optional(),
  userId: z.string().max(64).optional(),
  applicationId: z.string().max(64).optional(),
  organizationId: z.string().max(64).optional(),
  from: moment.optional().describe('Started at this time or later, ISO 8601.'),
  to: moment.optional().describe('Started before this time, ISO 8601.'),
});
export type AttemptQuery = z.output<typeof AttemptQuery>;

export const AttemptPage = pageOf(AttemptSummary);

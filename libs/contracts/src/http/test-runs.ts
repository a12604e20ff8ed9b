import { Check, ConnectionId, TestRunId, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { ConnectionSettings, SealedCredential } from '../connection-settings.js';
import { SignInDifference } from './sign-ins.js';

/** What a test sign-in found. No value of the tester's profile: those are shown to the tester only, and kept nowhere. */
export const TestReport = z.object({
  passed: z.boolean(),
  /** Why it failed; null when it passed. */
  code: z.string().nullable(),
  /** In the order they were made; the last failed one of a failed run is the cause. */
  checks: z.array(Check),
  /** What the provider said about its own error, redacted. */
  upstream: z
    .object({
      error: z.string().nullable(),
      aadsts: z.array(z.string()),
      correlationId: z.string().nullable(),
      description: z.string().nullable(),
    })
    .nullable(),
  /** What a real sign-in of the same person would do; null when the run did not get that far. */
  predicted: z
    .object({
      change: z.enum(['matched', 'bound', 'linked', 'created']),
      /** Of a user who is there already. */
      userId: UserId.nullable(),
      difference: SignInDifference,
      groups: z.object({ completeness: z.enum(['complete', 'unknown']), count: z.number().int() }).nullable(),
      /** Names of the claims in the tokens. */
      accessTokenClaims: z.array(z.string()),
      idTokenClaims: z.array(z.string()),
    })
    .nullable(),
});
export type TestReport = z.infer<typeof TestReport>;

/** A test run as the API of the connection registry shows it. */
export const TestRunResponse = z.object({
  testRunId: TestRunId.describe('Id of the test run.'),
  connectionId: ConnectionId.describe('The connection that is tested.'),
  configHash: z.string().describe('The configuration that is tested; a green run lets exactly this one be enabled.'),
  state: z
    .enum(['waiting', 'running', 'passed', 'failed', 'expired', 'outdated'])
    .describe('How far it is. `outdated`: the connection was changed before it began; ask for another.'),
  createdAt: z.iso.datetime().describe('When it was asked for.'),
  createdBy: z.string().describe('Who asked for it.'),
  expiresAt: z.iso.datetime().describe('Until then it must have ended.'),
  finishedAt: z.iso.datetime().nullable().describe('When it ended.'),
  report: TestReport.nullable().describe('What it found; null until it ended.'),
});
export type TestRunResponse = z.infer<typeof TestRunResponse>;

/** Answer to `POST /connections/:id/test-runs`: the link holds a ticket, shown this once. */
export const NewTestRunResponse = TestRunResponse.extend({
  startUrl: z.url().describe('Open it in a browser and sign in at the provider. It works once.'),
});
export type NewTestRunResponse = z.infer<typeof NewTestRunResponse>;

/**
 * `POST /test-runs/:testRunId/start` of the connection registry, called by the gateway when the link is opened: uses the
 * ticket up and answers with the configuration under test, so that nothing waits for an event. Scope `test-runs:run`.
 */
export const StartTestRun = z.strictObject({ ticket: z.string().min(20).max(200) });
export type StartTestRun = z.output<typeof StartTestRun>;
export const StartedTestRun = z.object({
  testRunId: TestRunId,
  configHash: z.string(),
  expiresAt: z.iso.datetime(),
  settings: ConnectionSettings,
  credentials: z.array(SealedCredential),
});
export type StartedTestRun = z.infer<typeof StartedTestRun>;

/** `POST /test-runs/:testRunId/report`, called by the gateway once. Scope `test-runs:run`. */
export const ReportTestRun = TestReport;

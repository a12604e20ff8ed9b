import type { AttemptId, Check } from '@homerealm/domain';

/** What the provider told about its own error: for explanation only, nothing branches on it. */
export type UpstreamTrouble = {
  /** The OAuth error code, as a short word. */
  error: string | null;
  /** Numbers of AADSTS codes, without the prefix. */
  aadsts: readonly string[];
  correlationId: string | null;
  /** Redacted and bounded. */
  description: string | null;
};

/** One try to sign in, with its checks in the order they were made. Ids only; no personal data, no secret. */
export type Attempt = {
  attemptId: AttemptId;
  startedAt: Date;
  finishedAt: Date;
  outcome: 'signed-in' | 'refused' | 'abandoned';
  /** The stable code of the refusal; null when the person was signed in. */
  code: string | null;
  applicationId: string | null;
  connectionId: string | null;
  organizationId: string | null;
  userId: string | null;
  upstream: UpstreamTrouble | null;
  checks: readonly Check[];
};

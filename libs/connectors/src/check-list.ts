import type { Check } from '@homerealm/domain';
import type { UpstreamReport } from './upstream-protocol.js';
import type { UpstreamRefusalCode } from './upstream.errors.js';

/** The checks a connector makes, in the order of a sign-in that gets through. */
export const upstreamChecks = [
  'upstream.callback',
  'upstream.state',
  'upstream.answer',
  'upstream.metadata',
  'upstream.token-request',
  'upstream.id-token',
  'upstream.document',
  'upstream.status',
  'upstream.decryption',
  'upstream.signature',
  'upstream.assertion',
  'upstream.issuer',
  'upstream.audience',
  'upstream.recipient',
  'upstream.in-response-to',
  'upstream.nonce',
  'upstream.tenant',
  'upstream.times',
  'upstream.subject',
  'upstream.replay',
  'upstream.access-token',
  'upstream.library',
  'upstream.groups',
  'upstream.profile',
  'upstream.photo',
  'upstream.emails',
] as const;
export type UpstreamCheckCode = (typeof upstreamChecks)[number];
export type CheckDetails = NonNullable<Check['details']>;

/** The record of one answer's checks, in the order they were made. */
export class CheckList {
  readonly checks: Check[] = [];

  passed(code: UpstreamCheckCode, details?: CheckDetails): void {
    this.add(code, 'passed', details);
  }

  failed(code: UpstreamCheckCode, details?: CheckDetails): void {
    this.add(code, 'failed', details);
  }

  private add(code: UpstreamCheckCode, outcome: Check['outcome'], details?: CheckDetails): void {
    this.checks.push(details ? { code, outcome, details } : { code, outcome });
  }
}

/** The end of a sign-in inside the connector: which check failed and why. Never leaves the connector as an error. */
export class Refusal extends Error {
  constructor(
    readonly check: UpstreamCheckCode,
    readonly code: UpstreamRefusalCode,
    readonly details?: CheckDetails,
    readonly upstream?: UpstreamReport,
  ) {
    super(code);
    this.name = 'Refusal';
  }
}

import { randomBytes } from 'node:crypto';
import type { UpstreamReport } from '@homerealm/connectors';
import { DomainError } from '@homerealm/domain';
import { callProvider } from '@homerealm/platform';
import { Injectable } from '@nestjs/common';
import type { UpstreamTrouble } from '../domain/attempt.js';
import { redactUpstreamText } from '../domain/redact-upstream-text.js';
import type { KnownConnection } from '../use-cases/connections.port.js';
import { Moment } from '../use-cases/moment.port.js';
import { Upstream, type Answer, type CallbackInput, type LeaveFor } from '../use-cases/upstream.port.js';
import { Connectors } from './connectors.js';
import { OpenCredentials } from './open-credentials.js';

/** Speaks to providers through the connectors. Whatever goes wrong there ends as a refusal with a code. */
@Injectable()
export class ConnectorUpstream extends Upstream {
  readonly authorities: readonly string[];

  constructor(
    private readonly credentials: OpenCredentials,
    private readonly moment: Moment,
    private readonly connectors: Connectors,
  ) {
    super();
    this.authorities = connectors.authorities;
  }

  async begin(
    known: KnownConnection,
    { loginHint, params }: { loginHint: string | null; params: Record<string, string> },
  ): Promise<LeaveFor> {
    const connector = this.connectors.of(known.settings);
    const now = new Date(this.moment.now());
    try {
      const credentials = connector.needsCredential === 'to-begin' ? await this.credentials.open(known, now) : [];
      const { transaction, ...departure } = await connector.begin(credentials, {
        ...{ params, now, redirectUri: known.settings.callbackUrl, random: (bytes: number) => randomBytes(bytes) },
        ...(loginHint !== null && { loginHint }),
      });
      const { state, ...memory } = transaction;
      return { left: true, departure, state, memory };
    } catch (error) {
      return { left: false, code: codeOf(error) };
    }
  }

  async complete(
    known: KnownConnection,
    started: { state: string; memory: unknown },
    input: CallbackInput,
  ): Promise<Answer> {
    const connector = this.connectors.of(known.settings);
    const now = new Date(this.moment.now());
    const credentials = await this.credentials.open(known, now);
    if (credentials.length === 0 && connector.needsCredential === 'always') {
      return refused('connection.credential-missing');
    }
    const memory = { ...Object(started.memory), state: started.state };
    try {
      const outcome = await callProvider('complete sign-in', known.settings.strategy, () =>
        connector.complete(credentials, memory, input, { now }),
      );
      if (!outcome) return refused('sign-in.interrupted');
      const { checks } = outcome;
      if (outcome.outcome === 'refused') {
        return { proved: false, code: outcome.code, checks, trouble: toTrouble(outcome.upstream) };
      }
      const { account, session } = outcome;
      return { proved: true, account, checks, ...(session && { session }) };
    } catch (error) {
      return refused(codeOf(error));
    }
  }
}

const refused = (code: string): Answer => ({
  ...{ proved: false, code, trouble: null },
  checks: [{ code: 'upstream.answer-was-verified', outcome: 'failed' }],
});

const codeOf = (error: unknown): string => (error instanceof DomainError ? error.code : 'upstream.broken');

/** Only words of known form are kept as they are; the free text is redacted. */
function toTrouble(report: UpstreamReport | undefined): UpstreamTrouble | null {
  if (!report) return null;
  const { error, aadsts = [], correlationId, description } = report;
  return {
    error: error !== undefined && /^[\w.-]{1,64}$/.test(error) ? error : null,
    aadsts: aadsts.filter((number) => /^\d{4,9}$/.test(number)).slice(0, 5),
    correlationId: correlationId !== undefined && /^[\w-]{1,64}$/.test(correlationId) ? correlationId : null,
    description: description === undefined ? null : redactUpstreamText(description),
  };
}

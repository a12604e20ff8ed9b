import {
  isEntraConnection,
  isSocialConnection,
  type EntraConnectionSettings,
  type SocialConnectionSettings,
} from '@homerealm/contracts';
import { randomBytes } from 'node:crypto';
import {
  createEntraProtocol,
  createSocialProtocols,
  createUpstreamHttp,
  CodeTransaction,
  type BeginRequest,
  type CompleteOptions,
  type EntraAuthorities,
  type EntraConnection,
  type SocialConnection,
  type SocialProtocols,
  type UpstreamHttp,
  type UpstreamOutcome,
  type UpstreamProtocol,
  type UpstreamReport,
} from '@homerealm/connectors';
import { DomainError } from '@homerealm/domain';
import { callProvider } from '@homerealm/platform';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { UpstreamTrouble } from '../domain/attempt.js';
import { redactUpstreamText } from '../domain/redact-upstream-text.js';
import type { KnownConnection } from '../use-cases/connections.port.js';
import { Moment } from '../use-cases/moment.port.js';
import { Upstream, type Answer, type CallbackInput, type LeaveFor } from '../use-cases/upstream.port.js';
import { OpenCredentials } from './open-credentials.js';

export type ConnectorUpstreamOptions = {
  authorities: EntraAuthorities;
  /** Milliseconds that a sign-in waits for Microsoft Graph. */
  graphBudgetMs: number;
  /** Origins of generic providers that may be on a private network; every other one must be public. */
  privateOrigins?: readonly string[];
  /** PEM certificates trusted in addition; by default NODE_EXTRA_CA_CERTS holds as usual. */
  ca?: string;
};

/** Speaks to providers through the connectors. Whatever goes wrong there ends as a refusal with a code. */
export class ConnectorUpstream extends Upstream implements OnApplicationShutdown {
  readonly authorities: readonly string[];
  private readonly http: UpstreamHttp;
  /** Reaches public addresses only: an issuer is whatever an admin has typed. */
  private readonly publicHttp: UpstreamHttp;
  private readonly entra: UpstreamProtocol<EntraConnection>;
  private readonly social: SocialProtocols;

  constructor(
    private readonly credentials: OpenCredentials,
    private readonly moment: Moment,
    { authorities, graphBudgetMs, privateOrigins = [], ca }: ConnectorUpstreamOptions,
  ) {
    super();
    this.authorities = authorities.all.map(({ origin }) => origin);
    const trusted = ca === undefined ? {} : { ca };
    this.http = createUpstreamHttp({ allowedOrigins: authorities.origins, ...trusted });
    this.publicHttp = createUpstreamHttp({ allowedOrigins: 'any-public', privateOrigins, ...trusted });
    this.entra = createEntraProtocol({ http: this.http, authorities, graphBudgetMs });
    this.social = createSocialProtocols({ http: this.publicHttp });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.http.close(), this.publicHttp.close()]);
  }

  async begin(
    known: KnownConnection,
    { loginHint, params }: { loginHint: string | null; params: Record<string, string> },
  ) {
    const connector = this.connectorOf(known);
    if (!connector) return cannot('connection.strategy-not-supported');
    try {
      const { redirectTo, transaction } = await connector.begin({
        ...{ params, redirectUri: known.settings.callbackUrl, random: (bytes: number) => randomBytes(bytes) },
        ...(loginHint !== null && { loginHint }),
      });
      const { state, ...memory } = transaction;
      return { left: true, departure: { redirectTo }, state, memory } satisfies LeaveFor;
    } catch (error) {
      return cannot(codeOf(error));
    }
  }

  async complete(
    known: KnownConnection,
    started: { state: string; memory: unknown },
    input: CallbackInput,
  ): Promise<Answer> {
    const transaction = CodeTransaction.safeParse({ ...Object(started.memory), state: started.state });
    const connector = this.connectorOf(known);
    if (!transaction.success || !connector) return refused('sign-in.interrupted');
    const now = new Date(this.moment.now());
    const credentials = await this.credentials.open(known, now);
    if (credentials.length === 0) return refused('connection.credential-missing');
    try {
      const outcome = await callProvider('complete sign-in', known.settings.strategy, () =>
        connector.complete(credentials, transaction.data, input, { now }),
      );
      const { checks } = outcome;
      if (outcome.outcome === 'account') return { proved: true, account: outcome.account, checks };
      return { proved: false, code: outcome.code, checks, trouble: toTrouble(outcome.upstream) };
    } catch (error) {
      return refused(codeOf(error));
    }
  }

  /** The connector of the connection's strategy; undefined for one that cannot be used yet. */
  private connectorOf({ settings }: KnownConnection): Connector | undefined {
    if (isSocialConnection(settings)) {
      return connectorFor(this.social[settings.strategy], (credentials) => toSocial(settings, credentials));
    }
    if (!isEntraConnection(settings)) return undefined;
    return connectorFor(this.entra, (credentials) => toEntra(settings, credentials));
  }
}

/** A connector with its connection, whatever that connector wants to know of it. */
type Connector = {
  begin(request: BeginRequest): Promise<{ redirectTo: string; transaction: CodeTransaction }>;
  complete(
    credentials: EntraConnection['credentials'],
    transaction: CodeTransaction,
    input: CallbackInput,
    options: CompleteOptions,
  ): Promise<UpstreamOutcome>;
};

const connectorFor = <Connection>(
  protocol: UpstreamProtocol<Connection>,
  connection: (credentials: EntraConnection['credentials']) => Connection,
): Connector => ({
  begin: (request) => protocol.begin(connection([]), request),
  complete: (credentials, ...answer) => protocol.complete(connection(credentials), ...answer),
});

const cannot = (code: string): LeaveFor => ({ left: false, code });
const refused = (code: string): Answer => ({
  ...{ proved: false, code, trouble: null },
  checks: [{ code: 'upstream.answer-was-verified', outcome: 'failed' }],
});

const codeOf = (error: unknown): string => (error instanceof DomainError ? error.code : 'upstream.broken');

function toEntra(settings: EntraConnectionSettings, credentials: EntraConnection['credentials'] = []): EntraConnection {
  const { connectionId, revision, authority, graphOrigin, tenantId, useCommonEndpoint, allowedTenants } = settings;
  const { clientId, callbackUrl, extendedProfile, getUserGroups } = settings;
  return {
    ...{ connectionId, revision, authority, graphOrigin, tenantId, useCommonEndpoint, allowedTenants },
    ...{ clientId, callbackUrl, extendedProfile, getUserGroups, credentials },
  };
}

function toSocial(
  { connectionId, strategy, issuer, clientId, callbackUrl }: SocialConnectionSettings,
  credentials: SocialConnection['credentials'],
): SocialConnection {
  return { connectionId, strategy, issuer, clientId, callbackUrl, credentials };
}

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

import type { ConnectionSettings } from '@homerealm/contracts';
import { isEntraConnection, isSocialConnection } from '@homerealm/contracts';
import {
  CodeTransaction,
  createEntraProtocol,
  createFederationProviders,
  createSamlLogout,
  createSamlProtocol,
  createSocialProtocols,
  createUpstreamHttp,
  createWsfedProtocol,
  FederationTransaction,
  type BeginRequest,
  type CompleteOptions,
  type Departure,
  type EntraAuthorities,
  type SamlLogout,
  type UpstreamHttp,
  type UpstreamOutcome,
  type UpstreamProtocol,
  type UpstreamTransaction,
} from '@homerealm/connectors';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { CallbackInput } from '../use-cases/upstream.port.js';
import type { Replays } from '../use-cases/replays.port.js';
import { toEntra, toSaml, toSocial, toWsfed, type Credentials } from './connector.connections.js';

export type ConnectorOptions = {
  authorities: EntraAuthorities;
  /** Milliseconds that a sign-in waits for Microsoft Graph. */
  graphBudgetMs: number;
  /** Where used assertions and requests are remembered. */
  replays: Replays;
  /** Origins of other providers that may be on a private network; every other one must be public. */
  privateOrigins?: readonly string[];
  /** PEM certificates trusted in addition; by default NODE_EXTRA_CA_CERTS holds as usual. */
  ca?: string;
};

/** A connector with its connection, whatever that connector wants to know of it and to remember. */
export type Connector = {
  /** `always`: no answer can be looked at without one. `to-begin`: the request may have to be signed, too. */
  needsCredential: 'always' | 'to-begin' | 'no';
  begin(credentials: Credentials, request: BeginRequest): Promise<Departure & { transaction: UpstreamTransaction }>;
  /** Undefined: what was remembered is no memory of this connector's. */
  complete(
    credentials: Credentials,
    memory: unknown,
    input: CallbackInput,
    options: CompleteOptions,
  ): Promise<UpstreamOutcome | undefined>;
};

/** One of these for as long as the process lives: the protocols remember keys and metadata, and the ways out sockets. */
export class Connectors implements OnApplicationShutdown {
  /** Origins of the listed authorities. */
  readonly authorities: readonly string[];
  readonly samlLogout: SamlLogout;
  /** Reaches the listed authorities. */
  private readonly http: UpstreamHttp;
  /** Reaches public addresses only: an issuer, or metadata, is wherever an admin says. */
  private readonly publicHttp: UpstreamHttp;
  private readonly entra;
  private readonly social;
  private readonly wsfed;
  private readonly saml;

  constructor({ authorities, graphBudgetMs, replays, privateOrigins = [], ca }: ConnectorOptions) {
    this.authorities = authorities.all.map(({ origin }) => origin);
    const trusted = ca === undefined ? {} : { ca };
    this.http = createUpstreamHttp({ allowedOrigins: authorities.origins, ...trusted });
    this.publicHttp = createUpstreamHttp({ allowedOrigins: 'any-public', privateOrigins, ...trusted });
    const { http, publicHttp } = this;
    this.entra = createEntraProtocol({ http, authorities, graphBudgetMs });
    this.social = createSocialProtocols({ http: publicHttp });
    this.wsfed = createWsfedProtocol({ http, publicHttp, replays, graphBudgetMs });
    const providers = createFederationProviders({ protocol: 'saml', http, publicHttp });
    this.saml = createSamlProtocol({ http, publicHttp, providers, replays, graphBudgetMs });
    this.samlLogout = createSamlLogout({ providers, replays });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.http.close(), this.publicHttp.close()]);
  }

  of(settings: ConnectionSettings): Connector {
    if (isSocialConnection(settings)) {
      const of = (credentials: Credentials) => toSocial(settings, credentials);
      return connectorFor(this.social[settings.strategy], of, CodeTransaction, 'always');
    }
    if (isEntraConnection(settings)) {
      return connectorFor(this.entra, (credentials) => toEntra(settings, credentials), CodeTransaction, 'always');
    }
    if (settings.strategy === 'entra-wsfed') {
      return connectorFor(this.wsfed, (credentials) => toWsfed(settings, credentials), FederationTransaction, 'no');
    }
    return connectorFor(this.saml, (credentials) => toSaml(settings, credentials), FederationTransaction, 'to-begin');
  }
}

type Remembered<Transaction> = {
  safeParse(memory: unknown): { success: true; data: Transaction } | { success: false };
};

const connectorFor = <Connection, Transaction extends UpstreamTransaction>(
  protocol: UpstreamProtocol<Connection, Transaction, Departure>,
  connection: (credentials: Credentials) => Connection,
  remembered: Remembered<Transaction>,
  needsCredential: Connector['needsCredential'],
): Connector => ({
  needsCredential,
  begin: (credentials, request) => protocol.begin(connection(credentials), request),
  complete: async (credentials, memory, ...answer) => {
    const transaction = remembered.safeParse(memory);
    return transaction.success ? protocol.complete(connection(credentials), transaction.data, ...answer) : undefined;
  },
});

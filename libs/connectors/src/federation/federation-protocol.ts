import { CheckList } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { asDomainError, refused } from '../outcome.js';
import type {
  BeginRequest,
  CallbackInput,
  Departure,
  FederationTransaction,
  UpstreamProtocol,
} from '../upstream-protocol.js';
import type { FederatedPerson } from './account/federated-person.js';
import { createFederationTokens, readFederatedAccount } from './account/read-federated-account.js';
import { checkTransaction } from './check-transaction.js';
import type { FederationConnection, FederationMetadata, ReplayStore } from './federation-connection.js';
import { createFederationProviders, type FederationProviders } from './metadata/federation-providers.js';

export type FederationProtocolOptions = {
  /** Reaches the listed authorities and their Graphs. */
  http: UpstreamHttp;
  /** Reaches public addresses only: for the metadata of everybody else. */
  publicHttp: UpstreamHttp;
  replays: ReplayStore;
  /** Metadata that somebody else reads too; a cache of its own when absent. */
  providers?: FederationProviders;
  /** Milliseconds that the Graph calls of one sign-in may take together; 3 s when absent. */
  graphBudgetMs?: number;
  /** Milliseconds since 1970; for ages of cached metadata only. */
  clock?: () => number;
};

/** A document that came back, and the sign-in it came back to. */
export type Arrival<Connection> = {
  connection: Connection;
  transaction: FederationTransaction;
  /** The document itself, as text. */
  text: string;
  now: Date;
  checks: CheckList;
};

/** What is a door's own. Everything throws `Refusal`. */
export type Door<Connection> = {
  strategy: FederationTransaction['strategy'];
  /** Which part of the metadata is its. */
  protocol: 'saml' | 'wsfed';
  begin(
    connection: Connection,
    metadata: FederationMetadata,
    request: BeginRequest,
  ): Departure & { transaction: FederationTransaction };
  /** Finds the document in the form that arrived. */
  readAnswer(input: CallbackInput, transaction: FederationTransaction, connectionId: string, checks: CheckList): string;
  verify(
    using: { providers: FederationProviders; replays: ReplayStore },
    arrival: Arrival<Connection>,
  ): Promise<FederatedPerson>;
};

/** A protocol whose answer is a signed document. Keeps the metadata of providers in memory for the whole process. */
export function createFederationProtocol<Connection extends FederationConnection>(
  door: Door<Connection>,
  options: FederationProtocolOptions,
): UpstreamProtocol<Connection, FederationTransaction, Departure> {
  const { http, publicHttp, replays, graphBudgetMs = 3_000, clock = Date.now } = options;
  const providers =
    options.providers ?? createFederationProviders({ protocol: door.protocol, http, publicHttp, clock });
  const tokens = createFederationTokens({ http, clock });

  return {
    strategy: door.strategy,

    async begin(connection, request) {
      try {
        return door.begin(connection, providers.get(connection).metadata, request);
      } catch (error) {
        throw asDomainError(error);
      }
    },

    async complete(connection, started, input, { now, signal }) {
      const checks = new CheckList();
      try {
        const transaction = checkTransaction(started, door.strategy);
        const text = door.readAnswer(input, transaction, connection.connectionId, checks);
        const person = await door.verify({ providers, replays }, { connection, transaction, text, now, checks });
        const reading = { connection, person, now, signal, checks, budgetMs: graphBudgetMs };
        const account = await readFederatedAccount(http, tokens, reading);
        const { session } = person;
        return { outcome: 'account', account, checks: checks.checks, ...(session ? { session } : {}) };
      } catch (error) {
        return refused(error, checks);
      }
    },
  };
}

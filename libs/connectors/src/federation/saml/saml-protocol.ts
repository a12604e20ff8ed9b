import { CheckList } from '../../check-list.js';
import type { UpstreamHttp } from '../../http/upstream-http.js';
import { asDomainError, refused } from '../../outcome.js';
import type { Departure, FederationTransaction, UpstreamProtocol } from '../../upstream-protocol.js';
import { createFederationTokens, readFederatedAccount } from '../account/read-federated-account.js';
import { checkTransaction } from '../check-transaction.js';
import type { ReplayStore, SamlConnection } from '../federation-connection.js';
import { createFederationProviders } from '../metadata/federation-providers.js';
import { decodeMessage } from './decode-message.js';
import { readSamlAnswer } from './read-saml-answer.js';
import { beginSaml } from './saml-begin.js';
import { verifySamlAnswer } from './verify-saml-answer.js';

export type SamlProtocolOptions = {
  /** Reaches the listed authorities and their Graphs. */
  http: UpstreamHttp;
  /** Reaches public addresses only: for the metadata of everybody else. */
  publicHttp: UpstreamHttp;
  replays: ReplayStore;
  /** Milliseconds that the Graph calls of one sign-in may take together; 3 s when absent. */
  graphBudgetMs?: number;
  /** Milliseconds since 1970; for ages of cached metadata only. */
  clock?: () => number;
};

/**
 * Sign-in by SAML 2.0 (saml-profiles §4.1, begun by us): a request in a query or a form, an answer in a form. Keeps the
 * metadata of providers in memory, so one of these serves a whole process.
 */
export function createSamlProtocol(
  options: SamlProtocolOptions,
): UpstreamProtocol<SamlConnection, FederationTransaction, Departure> {
  const { http, publicHttp, replays, graphBudgetMs = 3_000, clock = Date.now } = options;
  const providers = createFederationProviders({ protocol: 'saml', http, publicHttp, clock });
  const tokens = createFederationTokens({ http, clock });

  return {
    strategy: 'entra-saml',

    async begin(connection, request) {
      try {
        return beginSaml(connection, providers.get(connection).metadata, request);
      } catch (error) {
        throw asDomainError(error);
      }
    },

    async complete(connection, transaction, input, { now, signal }) {
      const checks = new CheckList();
      try {
        const ours = checkTransaction(transaction, 'entra-saml');
        const message = readSamlAnswer(input, ours, connection.connectionId, checks);
        const arrival = { connection, transaction: ours, text: decodeMessage(message, 'plain'), now, checks };
        const person = await verifySamlAnswer({ providers, replays }, arrival);
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

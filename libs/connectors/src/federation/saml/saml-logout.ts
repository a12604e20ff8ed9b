import { asDomainError } from '../../outcome.js';
import type { Departure, UpstreamSession } from '../../upstream-protocol.js';
import { upstreamErrors, type UpstreamRefusalCode } from '../../upstream.errors.js';
import type { FederationMetadata, ReplayStore, SamlConnection } from '../federation-connection.js';
import type { FederationProviders } from '../metadata/federation-providers.js';
import { writeLogoutRequest, writeLogoutResponse } from './logout-messages.js';
import { readLogoutRequest, readLogoutResponse, type LogoutArrival, type LogoutRequestRead } from './read-logout.js';
import type { LogoutInput } from './receive-signed.js';
import { sendMessage } from './send-message.js';
import { signingCertificate } from './signing-certificate.js';

export type SamlLogoutOptions = {
  /** The metadata of SAML providers: the cache that sign-in uses too. */
  providers: FederationProviders;
  replays: ReplayStore;
};

/** Single sign-out (saml-profiles §4.4), by redirect and by form, in both directions. */
export type SamlLogout = {
  /** Whether the provider can be told at all. */
  isPossible(connection: SamlConnection): boolean;
  /**
   * Tells the provider that its person signed out here.
   * @throws DomainError `upstream.sign-out-refused` where the provider has no address for that,
   *   `upstream.credentials-unusable`, or a code about its metadata
   */
  request(
    connection: SamlConnection,
    session: UpstreamSession,
    with_: { relayState: string; random: (bytes: number) => Uint8Array; now: Date },
  ): Promise<Departure & { requestId: string }>;
  /** Reads what the provider says about a person who signed out there. Never rejects; each request is read once. */
  readRequest(connection: SamlConnection, input: LogoutInput, arrival: LogoutArrival): Promise<LogoutRequestRead>;
  /**
   * The answer to a request that was read; undefined where the provider has no address to take it.
   * @throws DomainError `upstream.credentials-unusable`, or a code about its metadata
   */
  respond(
    connection: SamlConnection,
    answer: {
      inResponseTo: string;
      relayState?: string;
      success: boolean;
      random: (bytes: number) => Uint8Array;
      now: Date;
    },
  ): Promise<Departure | undefined>;
  /** Reads the answer to our own request. Never rejects. */
  readResponse(
    connection: SamlConnection,
    input: LogoutInput,
    arrival: LogoutArrival & { requestId: string },
  ): Promise<{ outcome: 'signed-out' } | { outcome: 'refused'; code: UpstreamRefusalCode }>;
};

export function createSamlLogout({ providers, replays }: SamlLogoutOptions): SamlLogout {
  const context = { providers, replays };

  /** The provider's address and the frame of a message to it. */
  function prepare(connection: SamlConnection, random: (bytes: number) => Uint8Array, now: Date) {
    const endpoint = signOutEndpoint(providers.get(connection).metadata);
    const id = `_${Buffer.from(random(20)).toString('hex')}`;
    const { entityId } = connection;
    return endpoint && { endpoint, id, frame: { id, issuedAt: now, destination: endpoint.url, entityId } };
  }

  return {
    isPossible(connection) {
      try {
        return signOutEndpoint(providers.get(connection).metadata) !== undefined;
      } catch {
        return false;
      }
    },

    async request(connection, session, { relayState, random, now }) {
      try {
        const prepared = prepare(connection, random, now);
        if (!prepared) throw upstreamErrors('upstream.sign-out-refused', { problem: 'no-address' });
        const { endpoint, id, frame } = prepared;
        const xml = writeLogoutRequest(frame, session);
        const signer = signingCertificate(connection.credentials);
        return { ...sendMessage({ endpoint, name: 'SAMLRequest', xml, relayState, signer }), requestId: id };
      } catch (error) {
        throw asDomainError(error);
      }
    },

    readRequest: (connection, input, arrival) => readLogoutRequest(context, connection, input, arrival),

    async respond(connection, { inResponseTo, relayState, success, random, now }) {
      try {
        const prepared = prepare(connection, random, now);
        if (!prepared) return undefined;
        const { endpoint, frame } = prepared;
        const xml = writeLogoutResponse(frame, { inResponseTo, success });
        const signer = signingCertificate(connection.credentials);
        return sendMessage({ endpoint, name: 'SAMLResponse', xml, relayState, signer });
      } catch (error) {
        throw asDomainError(error);
      }
    },

    readResponse: (connection, input, arrival) => readLogoutResponse(context, connection, input, arrival),
  };
}

const signOutEndpoint = ({ signOut }: FederationMetadata) =>
  signOut.find(({ binding }) => binding === 'redirect') ?? signOut[0];

import { randomBytes } from 'node:crypto';
import { isFederationConnection, type FederationConnectionSettings } from '@homerealm/contracts';
import {
  publicCertificates,
  type SamlConnection,
  type SamlLogout,
  serviceMetadata,
  wsfedSignOutUrl,
} from '@homerealm/connectors';
import { Injectable } from '@nestjs/common';
import { signOutUrl } from '../domain/federation-addresses.js';
import type { UpstreamSession } from '../domain/sign-in-facts.js';
import { signOutErrors } from '../domain/sign-out.errors.js';
import type { KnownConnection } from '../use-cases/connections.port.js';
import { Moment } from '../use-cases/moment.port.js';
import {
  type Departure,
  FederationMessages,
  type SignOutLeave,
  type SignOutMessage,
  type SignOutRequestRead,
} from '../use-cases/sign-out/federation-messages.port.js';
import { type Credentials, toSaml, toWsfed } from './connector.connections.js';
import { Connectors } from './connectors.js';
import { OpenCredentials } from './open-credentials.js';

const random = (bytes: number): Uint8Array => randomBytes(bytes);

/** Our metadata, and sign-out at providers, through the connectors. */
@Injectable()
export class ConnectorFederation extends FederationMessages {
  private readonly saml: SamlLogout;

  constructor(
    private readonly credentials: OpenCredentials,
    private readonly moment: Moment,
    { samlLogout }: Connectors,
  ) {
    super();
    this.saml = samlLogout;
  }

  async describe(known: KnownConnection): Promise<string> {
    const settings = federationOf(known);
    const { strategy, callbackUrl } = settings;
    if (strategy === 'entra-wsfed') return serviceMetadata({ strategy, realm: settings.realm, callbackUrl });
    const { entityId, nameIdFormat, signRequests, assertionEncryption } = settings;
    const opened = await this.credentials.open(known, this.now);
    return serviceMetadata({
      ...{ strategy, entityId, callbackUrl, nameIdFormat, signOutUrl: signOutUrl(settings) },
      certificates: publicCertificates(opened),
      wantAssertionsEncrypted: assertionEncryption !== 'none',
      signsRequests: signRequests || settings.provider.wantsSignedRequests,
    });
  }

  async leave(known: KnownConnection, session: UpstreamSession | undefined): Promise<SignOutLeave | undefined> {
    const settings = federationOf(known);
    const handle = randomBytes(32).toString('base64url');
    if (settings.strategy === 'entra-wsfed') {
      const redirectTo = wsfedSignOutUrl(toWsfed(settings, []), { wreply: signOutUrl(settings) });
      return redirectTo === undefined ? undefined : { departure: { redirectTo }, handle, requestId: null };
    }
    if (session === undefined) return undefined;
    const connection = await this.samlOf(known);
    if (!this.saml.isPossible(connection)) return undefined;
    const asked = { relayState: handle, random, now: this.now };
    const { requestId, ...departure } = await this.saml.request(connection, session, asked);
    return { departure, handle, requestId };
  }

  async readRequest(known: KnownConnection, message: SignOutMessage): Promise<SignOutRequestRead> {
    const settings = federationOf(known);
    const arrival = { now: this.now, signOutUrl: signOutUrl(settings) };
    const read = await this.saml.readRequest(await this.samlOf(known, []), message, arrival);
    if (read.outcome === 'refused') return { asks: false, code: read.code };
    const { id: requestId, nameId, sessionIndexes, relayState } = read;
    return { asks: true, requestId, nameId, sessionIndexes, ...(relayState !== undefined && { relayState }) };
  }

  async respond(
    known: KnownConnection,
    { requestId, relayState, success }: { requestId: string; relayState?: string; success: boolean },
  ): Promise<Departure | undefined> {
    return this.saml.respond(await this.samlOf(known), {
      ...{ inResponseTo: requestId, success, random, now: this.now },
      ...(relayState !== undefined && { relayState }),
    });
  }

  async refusalIn(known: KnownConnection, message: SignOutMessage, requestId: string): Promise<string | undefined> {
    const arrival = { now: this.now, signOutUrl: signOutUrl(federationOf(known)), requestId };
    const read = await this.saml.readResponse(await this.samlOf(known, []), message, arrival);
    return read.outcome === 'refused' ? read.code : undefined;
  }

  private get now(): Date {
    return new Date(this.moment.now());
  }

  /** With the credentials that sign, unless nothing is to be signed. */
  private async samlOf(known: KnownConnection, credentials?: Credentials): Promise<SamlConnection> {
    const settings = federationOf(known);
    if (settings.strategy !== 'entra-saml') throw signOutErrors('sign-out.other-protocol');
    return toSaml(settings, credentials ?? (await this.credentials.open(known, this.now)));
  }
}

function federationOf({ settings }: KnownConnection): FederationConnectionSettings {
  if (!isFederationConnection(settings)) throw signOutErrors('sign-out.connection-unknown');
  return settings;
}

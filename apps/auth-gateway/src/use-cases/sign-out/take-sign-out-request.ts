import { isFederationConnection } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import type { SignOutRefusalCode } from '../../domain/sign-out.errors.js';
import { type KnownConnection, Connections } from '../connections.port.js';
import { type Departure, FederationMessages, type SignOutMessage } from './federation-messages.port.js';
import { trustedDeparture } from './trusted-departure.js';
import { UpstreamSessions } from './upstream-sessions.port.js';

/** `departure`: the way back to the provider with our answer, where it takes one. `trouble`: for the log. */
export type SignOutTaken = ({ ended: true } | { ended: false; code: string }) & {
  departure?: Departure;
  trouble?: unknown;
};

/** A provider asks us to sign somebody out: a signed request, good for one person of this very connection. */
@Injectable()
export class TakeSignOutRequest {
  constructor(
    private readonly connections: Connections,
    private readonly messages: FederationMessages,
    private readonly sessions: UpstreamSessions,
  ) {}

  async execute(connectionId: string, message: SignOutMessage): Promise<SignOutTaken> {
    const known = await this.connections.find(connectionId);
    if (!known || !isFederationConnection(known.settings)) return refused('sign-out.connection-unknown');
    if (known.settings.strategy !== 'entra-saml') return refused('sign-out.other-protocol');
    const read = await this.messages.readRequest(known, message);
    if (!read.asks) return { ended: false, code: read.code };
    const { requestId, relayState, nameId, sessionIndexes } = read;
    const answer = { requestId, ...(relayState !== undefined && { relayState }) };
    try {
      await this.sessions.end({ connectionId, nameId, sessionIndexes });
    } catch (trouble) {
      // All or none: the provider hears that nothing ended, and may ask again.
      return { ...refused('sign-out.not-done'), ...(await this.answer(known, { ...answer, success: false })), trouble };
    }
    return { ended: true, ...(await this.answer(known, { ...answer, success: true })) };
  }

  /** What ended has ended, whether or not we can say so. */
  private async answer(known: KnownConnection, answer: Parameters<FederationMessages['respond']>[1]) {
    try {
      const made = await this.messages.respond(known, answer);
      const departure = made && trustedDeparture(known.settings, made);
      return departure === undefined ? {} : { departure };
    } catch (trouble) {
      return { trouble };
    }
  }
}

const refused = (code: SignOutRefusalCode): SignOutTaken => ({ ended: false, code });

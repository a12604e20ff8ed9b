import { isFederationConnection } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Connections } from '../connections.port.js';
import { awayMilliseconds } from '../leave-upstream.js';
import { Moment } from '../moment.port.js';
import { FederationMessages } from './federation-messages.port.js';
import { SignOuts } from './sign-outs.port.js';
import { type SignedOutHere, StartSignOut } from './start-sign-out.port.js';
import { trustedDeparture } from './trusted-departure.js';

/** Somebody signed out here who had come through a company's provider: sends them there too, where its admin wants it. */
@Injectable()
export class LeaveSignedOut extends StartSignOut {
  constructor(
    private readonly connections: Connections,
    private readonly messages: FederationMessages,
    private readonly signOuts: SignOuts,
    private readonly moment: Moment,
  ) {
    super();
  }

  async execute({ facts, browserHash, back }: SignedOutHere): Promise<string | undefined> {
    const known = facts.connectionId === null ? null : await this.connections.find(facts.connectionId);
    if (!known || !isFederationConnection(known.settings)) return undefined;
    const { connectionId, singleLogout, state } = known.settings;
    if (!singleLogout || state !== 'enabled') return undefined;
    const left = await this.messages.leave(known, facts.upstreamSession);
    const departure = left && trustedDeparture(known.settings, left.departure);
    if (left === undefined || departure === undefined) return undefined;
    const { handle, requestId } = left;
    const form = 'form' in departure ? departure.form : null;
    const expiresAt = this.moment.now() + awayMilliseconds;
    await this.signOuts.open(handle, { browserHash, connectionId, requestId, form, back, expiresAt });
    return 'form' in departure ? `/login/logout/${connectionId}/leave` : departure.redirectTo;
  }
}

import { Injectable } from '@nestjs/common';
import { Applications } from '../applications.port.js';
import { Connections } from '../connections.port.js';
import type { Browser } from '../interactions.port.js';
import { Moment } from '../moment.port.js';
import type { DepartureForm } from '../upstream.port.js';
import { FederationMessages, type SignOutMessage } from './federation-messages.port.js';
import { SignOuts, type SignOutUnderWay, type WayBack } from './sign-outs.port.js';

/** `goesTo`: the application's address; undefined: our own page. `refused`: the provider did not sign the person out. */
export type Returned = { goesTo?: string; refused?: string };

/**
 * A browser comes back from its provider's sign-out. Our own session ended before it left, so that nothing the provider
 * says, or does not say, changes where the way ends.
 */
@Injectable()
export class ReturnSignedOut {
  constructor(
    private readonly signOuts: SignOuts,
    private readonly connections: Connections,
    private readonly applications: Applications,
    private readonly messages: FederationMessages,
    private readonly moment: Moment,
  ) {}

  async execute(connectionId: string, message: SignOutMessage, { binding }: Browser): Promise<Returned> {
    if (binding === undefined) return {};
    const owner = { browserHash: binding, connectionId, now: this.moment.now() };
    const underWay = await this.signOuts.take(owner, handleIn(message));
    if (underWay === null) return {};
    const refused = await this.refusalIn(underWay, message);
    const goesTo = underWay.back && (await this.isStillRegistered(underWay.back)) ? underWay.back.goesTo : undefined;
    return { ...(goesTo !== undefined && { goesTo }), ...(refused !== undefined && { refused }) };
  }

  /** The form with which this browser leaves. Null: it has none, or is back. */
  async formOf(connectionId: string, { binding }: Browser): Promise<DepartureForm | null> {
    if (binding === undefined) return null;
    return this.signOuts.formOf({ browserHash: binding, connectionId, now: this.moment.now() });
  }

  private async refusalIn({ connectionId, requestId }: SignOutUnderWay, message: SignOutMessage) {
    const known = requestId === null ? null : await this.connections.find(connectionId);
    return known && requestId !== null ? this.messages.refusalIn(known, message, requestId) : undefined;
  }

  /** It was when the person left. Ten minutes are long enough to take an address back. */
  private async isStillRegistered({ applicationId, registeredUri }: WayBack): Promise<boolean> {
    const application = await this.applications.find(applicationId);
    return application?.postLogoutRedirectUris.includes(registeredUri) ?? false;
  }
}

/** A handle, never an address: whatever else stands there belongs to nobody. */
function handleIn({ method, query, body }: SignOutMessage): string | undefined {
  const carried = method === 'POST' ? body?.['RelayState'] : query['RelayState'];
  if (carried === undefined || carried === '') return undefined;
  return typeof carried === 'string' ? carried : '';
}

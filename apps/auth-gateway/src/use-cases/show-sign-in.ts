import type { OwnSignInPolicies } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { listButtons, type Button } from '../domain/list-buttons.js';
import { Connections } from './connections.port.js';
import { type Browser, Interactions, type PendingSignIn } from './interactions.port.js';
import { noWay, OwnWays } from './own-sign-in/own-ways.js';

/** `askEmail` is off where the application named the connection: then nothing else is offered. */
export type SignInChoices = {
  pending: PendingSignIn;
  askEmail: boolean;
  buttons: Button[];
  /** What signs in without a provider; nothing where the application does not take that. */
  own: OwnSignInPolicies;
};

/** What the sign-in page offers. Undefined when the request is over, too old, or another browser's. */
@Injectable()
export class ShowSignIn {
  constructor(
    private readonly interactions: Interactions,
    private readonly connections: Connections,
    private readonly ownWays: OwnWays,
  ) {}

  async execute(uid: string, browser: Browser): Promise<SignInChoices | undefined> {
    const pending = await this.interactions.find(uid, browser);
    if (!pending) return undefined;
    if (pending.connectionId !== null)
      return { pending, askEmail: false, buttons: await this.only(pending.connectionId), own: noWay };
    const candidates = await this.connections.withButtons(pending.organizationId);
    const own = await this.ownWays.takenBy(pending.applicationConnections);
    return { pending, askEmail: true, buttons: listButtons(candidates, pending), own };
  }

  private async only(connectionId: string): Promise<Button[]> {
    const known = await this.connections.find(connectionId);
    return known ? [{ connectionId, displayName: known.settings.displayName }] : [];
  }
}

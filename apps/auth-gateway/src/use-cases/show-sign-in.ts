import { Injectable } from '@nestjs/common';
import { listButtons, type Button } from '../domain/list-buttons.js';
import { Connections } from './connections.port.js';
import { type Browser, Interactions, type PendingSignIn } from './interactions.port.js';

/** `askEmail` is off where the application named the connection: then nothing else is offered. */
export type SignInChoices = { pending: PendingSignIn; askEmail: boolean; buttons: Button[] };

/** What the sign-in page offers. Undefined when the request is over, too old, or another browser's. */
@Injectable()
export class ShowSignIn {
  constructor(
    private readonly interactions: Interactions,
    private readonly connections: Connections,
  ) {}

  async execute(uid: string, browser: Browser): Promise<SignInChoices | undefined> {
    const pending = await this.interactions.find(uid, browser);
    if (!pending) return undefined;
    if (pending.connectionId !== null)
      return { pending, askEmail: false, buttons: await this.only(pending.connectionId) };
    const candidates = await this.connections.withButtons(pending.organizationId);
    return { pending, askEmail: true, buttons: listButtons(candidates, pending) };
  }

  private async only(connectionId: string): Promise<Button[]> {
    const known = await this.connections.find(connectionId);
    return known ? [{ connectionId, displayName: known.settings.displayName }] : [];
  }
}

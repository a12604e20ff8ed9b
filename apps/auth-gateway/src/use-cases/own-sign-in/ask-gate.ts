import { Injectable } from '@nestjs/common';
import { admitOwn, type OwnAdmission } from '../../domain/admit.js';
import type { Identifier } from '../../domain/own-sign-in/identifier.js';
import type { PendingSignIn } from '../interactions.port.js';
import { Moment } from '../moment.port.js';
import { OwnWays } from './own-ways.js';

/** Asks the admission gate for the way without a provider, with the policies of this moment. */
@Injectable()
export class AskGate {
  constructor(
    private readonly ownWays: OwnWays,
    private readonly moment: Moment,
  ) {}

  async execute(pending: PendingSignIn, by: Identifier['by'], expiresAt?: number): Promise<OwnAdmission> {
    const { applicationId, applicationConnections, organizationId, connectionId } = pending;
    return admitOwn({
      ...{ applicationId, applicationConnections, organizationId, by, now: this.moment.now() },
      ...{ ways: await this.ownWays.execute(), namedConnectionId: connectionId },
      ...(expiresAt !== undefined && { expiresAt }),
    });
  }
}

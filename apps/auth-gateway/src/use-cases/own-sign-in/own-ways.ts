import type { OwnSignInPolicies } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { takesOwnSignIn } from '../../domain/admit.js';
import { Courier } from '../codes/courier.port.js';
import { Policies } from '../policies.port.js';

export const noWay: OwnSignInPolicies = { email: false, phone: false, username: false, signUp: false };

/** Which ways to sign in without a provider there are: allowed by policy, and codes for them can be sent. */
@Injectable()
export class OwnWays {
  constructor(
    private readonly policies: Policies,
    private readonly courier: Courier,
  ) {}

  async execute(): Promise<OwnSignInPolicies> {
    const { email, phone, username, signUp } = await this.policies.ownSignIn();
    const { channels } = this.courier;
    const mails = channels.has('email');
    return {
      email: email && mails,
      phone: phone && channels.has('sms'),
      username: username && mails,
      signUp: signUp && email && mails,
    };
  }

  /** Those that an application takes. */
  async takenBy(applicationConnections: readonly string[] | null): Promise<OwnSignInPolicies> {
    return takesOwnSignIn(applicationConnections) ? this.execute() : noWay;
  }
}

import type { OwnSignInPolicies } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Courier } from '../codes/courier.port.js';
import { Policies } from '../policies.port.js';

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
}

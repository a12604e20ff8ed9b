import type { SignInAddressRequest, SignInAddressResponse } from '@homerealm/contracts';
import { normalizePhone, normalizeUsername } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { SignInAddresses } from './sign-in-addresses.port.js';

/** What no username and no number is ever equal to: a malformed text costs the same lookup as an unknown one. */
const nobody = '';

@Injectable()
export class FindSignInAddress {
  constructor(private readonly addresses: SignInAddresses) {}

  async execute(asked: SignInAddressRequest): Promise<SignInAddressResponse> {
    const canon = asked.by === 'username' ? normalizeUsername(asked.username) : normalizePhone(asked.phone);
    return { sendTo: await this.addresses.find(asked.by, canon ?? nobody) };
  }
}

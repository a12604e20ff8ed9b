import { profileClaimsTopic, type ProfileClaimsEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Clock } from '@homerealm/platform';
import { Controller } from '@nestjs/common';
import { ReceiveClaims } from '../use-cases/receive-claims.js';

@Controller()
export class OnProfileClaims {
  constructor(
    private readonly receiveClaims: ReceiveClaims,
    private readonly clock: Clock,
  ) {}

  @Consumes(profileClaimsTopic, { together: true })
  handle(event: ProfileClaimsEvent) {
    return this.receiveClaims.execute(event.data, this.clock.now());
  }
}

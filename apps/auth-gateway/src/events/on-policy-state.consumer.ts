import { policyStateTopic, type PolicyStateEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { KeepReplica } from '../use-cases/keep-replica.js';

@Controller()
export class OnPolicyState {
  constructor(private readonly keepReplica: KeepReplica) {}

  @Consumes(policyStateTopic, { together: true })
  handle(event: PolicyStateEvent): Promise<void> {
    return this.keepReplica.policies(event);
  }
}

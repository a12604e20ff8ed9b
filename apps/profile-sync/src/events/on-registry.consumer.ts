import {
  connectionCredentialsTopic,
  type ConnectionCredentialsEvent,
  connectionStateTopic,
  type ConnectionStateEvent,
  policyStateTopic,
  type PolicyStateEvent,
} from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { FollowRegistry } from '../use-cases/follow-registry.js';

@Controller()
export class OnRegistry {
  constructor(private readonly followRegistry: FollowRegistry) {}

  @Consumes(connectionStateTopic, { together: true })
  connection(event: ConnectionStateEvent) {
    return this.followRegistry.connection(event);
  }

  @Consumes(connectionCredentialsTopic, { together: true })
  credentials(event: ConnectionCredentialsEvent) {
    return this.followRegistry.credentials(event);
  }

  @Consumes(policyStateTopic, { together: true })
  policies(event: PolicyStateEvent) {
    return this.followRegistry.policies(event);
  }
}

import { connectionCredentialsTopic, type ConnectionCredentialsEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { KeepReplica } from '../use-cases/keep-replica.js';

@Controller()
export class OnConnectionCredentials {
  constructor(private readonly keepReplica: KeepReplica) {}

  @Consumes(connectionCredentialsTopic, { together: true })
  handle(event: ConnectionCredentialsEvent): Promise<void> {
    return this.keepReplica.credentials(event);
  }
}

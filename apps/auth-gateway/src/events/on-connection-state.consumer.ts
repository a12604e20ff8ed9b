import { connectionStateTopic, type ConnectionStateEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { KeepReplica } from '../use-cases/keep-replica.js';

@Controller()
export class OnConnectionState {
  constructor(private readonly keepReplica: KeepReplica) {}

  @Consumes(connectionStateTopic, { together: true })
  handle(event: ConnectionStateEvent): Promise<void> {
    return this.keepReplica.connection(event);
  }
}

import { connectionStateTopic, type ConnectionStateEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { KeepConnectionNames } from '../use-cases/import/keep-connection-names.js';

@Controller()
export class OnConnectionState {
  constructor(private readonly keepConnectionNames: KeepConnectionNames) {}

  @Consumes(connectionStateTopic, { together: true })
  handle(event: ConnectionStateEvent): Promise<void> {
    return this.keepConnectionNames.execute(event);
  }
}

import { userTopic, type UserEvent } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { EndUserSessions } from '../use-cases/end-user-sessions.js';

@Controller()
export class OnUser {
  constructor(private readonly endUserSessions: EndUserSessions) {}

  @Consumes(userTopic, { together: true })
  handle(event: UserEvent): Promise<void> {
    return this.endUserSessions.execute(event);
  }
}

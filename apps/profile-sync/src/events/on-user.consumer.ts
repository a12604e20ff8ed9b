import { type UserEvent, userTopic } from '@homerealm/contracts';
import { Consumes } from '@homerealm/events';
import { Controller } from '@nestjs/common';
import { ForgetUser } from '../use-cases/forget-user.js';

@Controller()
export class OnUser {
  constructor(private readonly forgetUser: ForgetUser) {}

  @Consumes(userTopic, { together: true })
  async handle(event: UserEvent) {
    if (event.type === 'UserDeleted') await this.forgetUser.execute(event.data.userId);
  }
}

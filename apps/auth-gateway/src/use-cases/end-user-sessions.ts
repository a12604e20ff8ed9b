import type { UserEvent } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { UserSessions } from './provider-records.port.js';

/** Ends what a user's sessions and refresh tokens rested on when it is gone. */
@Injectable()
export class EndUserSessions {
  constructor(private readonly sessions: UserSessions) {}

  async execute({ type, data, time }: UserEvent): Promise<void> {
    switch (type) {
      case 'UserSuspended':
        return this.sessions.end(data.userId);
      case 'UserReactivated':
        return this.sessions.allow(data.userId);
      case 'UserDeleted':
        return this.sessions.erase(data.userId);
      case 'IdentityRemoved':
        return this.sessions.endThrough(data.userId, data.connectionId, new Date(time));
      default:
        return;
    }
  }
}

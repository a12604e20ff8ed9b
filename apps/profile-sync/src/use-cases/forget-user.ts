import { Injectable } from '@nestjs/common';
import type { UserId } from '@homerealm/domain';
import { stranger } from '../domain/person.js';
import { People } from './people.port.js';

@Injectable()
export class ForgetUser {
  constructor(private readonly people: People) {}

  /** Erases all that is known; the bare id stays, so that late claims are not taken in. */
  execute(userId: UserId): Promise<void> {
    return this.people.change(userId, () => ({ person: { ...stranger(userId), erased: true }, happened: [] }));
  }
}

import type { UserId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { Link } from '../domain/link.js';
import { Links } from './links.port.js';
import { ReadUsers } from './read-users.js';

@Injectable()
export class ReadLinks {
  constructor(
    private readonly links: Links,
    private readonly users: ReadUsers,
  ) {}

  async execute(userId: UserId): Promise<Link[]> {
    await this.users.one(userId);
    return this.links.ofUser(userId);
  }
}

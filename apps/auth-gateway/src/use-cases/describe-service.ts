import { isFederationConnection } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { signOutErrors } from '../domain/sign-out.errors.js';
import { Connections } from './connections.port.js';
import { FederationMessages } from './sign-out/federation-messages.port.js';

/** Our metadata for one connection: its admin gives it to the provider before the connection is enabled. */
@Injectable()
export class DescribeService {
  constructor(
    private readonly connections: Connections,
    private readonly messages: FederationMessages,
  ) {}

  /** @throws DomainError `sign-out.connection-unknown`, also for connections that have no metadata */
  async execute(connectionId: string): Promise<string> {
    const known = await this.connections.find(connectionId);
    if (!known || !isFederationConnection(known.settings)) throw signOutErrors('sign-out.connection-unknown');
    return this.messages.describe(known);
  }
}

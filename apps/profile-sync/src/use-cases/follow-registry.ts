import { Injectable } from '@nestjs/common';
import type { ConnectionCredentialsEvent, ConnectionStateEvent, PolicyStateEvent } from '@homerealm/contracts';
import { ConnectionId } from '@homerealm/domain';
import { Replica } from './replica.port.js';

/** Keeps our copy of the registry's state; a tombstone is a deleted connection. */
@Injectable()
export class FollowRegistry {
  constructor(private readonly replica: Replica) {}

  connection({ subject, data }: ConnectionStateEvent | { subject: string; data: null }): Promise<void> {
    return data === null
      ? this.replica.forgetConnection(ConnectionId.parse(subject))
      : this.replica.rememberConnection(data);
  }

  credentials({ subject, data }: ConnectionCredentialsEvent | { subject: string; data: null }): Promise<void> {
    const connectionId = ConnectionId.parse(subject);
    return this.replica.rememberCredentials(connectionId, data?.credentials ?? []);
  }

  async policies({ data }: PolicyStateEvent | { data: null }): Promise<void> {
    if (data !== null) await this.replica.rememberPolicies(data);
  }
}

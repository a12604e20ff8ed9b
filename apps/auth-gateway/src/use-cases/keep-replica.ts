import type { ConnectionCredentialsEvent, ConnectionStateEvent, PolicyStateEvent } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { ConnectionReplica } from './connections.port.js';
import { ManySessions } from './provider-records.port.js';

/** A state record; null data is a tombstone. */
type StateRecord<Event extends { data: unknown }> = Omit<Event, 'data'> & { data: Event['data'] | null };

/** What the registry says about connections, kept beside the gateway's own tables. */
@Injectable()
export class KeepReplica {
  constructor(
    private readonly replica: ConnectionReplica,
    private readonly sessions: ManySessions,
  ) {}

  async connection({ subject, data, time }: StateRecord<ConnectionStateEvent>): Promise<void> {
    if (data === null) await this.replica.forget(subject);
    else await this.replica.keep(data, new Date(time));
    if (data?.state !== 'enabled') await this.sessions.endConnection(subject, new Date(time));
  }

  async credentials({ subject, data }: StateRecord<ConnectionCredentialsEvent>): Promise<void> {
    if (data === null) await this.replica.forgetCredentials(subject);
    else await this.replica.keepCredentials(subject, data.revision, data.credentials);
  }

  async policies({ data }: StateRecord<PolicyStateEvent>): Promise<void> {
    if (data !== null) await this.replica.keepPolicies(data);
  }
}

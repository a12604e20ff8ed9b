import type { ConnectionId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { completeRefresh } from '../domain/complete-refresh.js';
import type { OwedRefresh } from '../domain/person.js';
import { graphApplicationOf } from './graph-application.js';
import { GroupsReader } from './groups-reader.port.js';
import { type DueRefresh, People } from './people.port.js';
import { Replica } from './replica.port.js';

/** Longer than any reading may take, so that nobody else starts the same one. */
const leaseMs = 120_000;

@Injectable()
export class RefreshGroups {
  constructor(
    private readonly people: People,
    private readonly replica: Replica,
    private readonly reader: GroupsReader,
  ) {}

  /** The next reading that is owed and due, of no connection in `but`; nobody else takes it meanwhile. */
  take(now: Date, but: readonly ConnectionId[]): Promise<DueRefresh | undefined> {
    return this.people.takeDueRefresh(now, new Date(now.getTime() + leaseMs), but);
  }

  /** Reads, and tells what came of it. An abort ends the reading as unknown; it is tried again later. */
  async execute(due: DueRefresh, now: () => Date, signal: AbortSignal): Promise<void> {
    const reading = await this.read(due.owed, now(), signal);
    await this.people.change(due.userId, (person) =>
      reading === 'not-permitted'
        ? { person: { ...person, refresh: null }, happened: [] }
        : completeRefresh(due.owed, reading, person, now()),
    );
  }

  private async read(owed: OwedRefresh, now: Date, signal: AbortSignal) {
    const connection = await this.replica.findConnection(owed.connectionId);
    if (connection === undefined) return unknownBecause('connection-not-heard-of', now);
    const { settings, credentials } = connection;
    const application = settings && graphApplicationOf(settings, credentials.length > 0, owed.tenantId);
    return application ? this.reader.read(application, credentials, owed, signal) : ('not-permitted' as const);
  }
}

const unknownBecause = (reason: string, at: Date) =>
  ({ completeness: 'unknown', reason, asOf: at.toISOString() }) as const;

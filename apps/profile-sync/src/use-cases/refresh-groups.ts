import { Injectable } from '@nestjs/common';
import { completeRefresh } from '../domain/complete-refresh.js';
import type { OwedRefresh } from '../domain/person.js';
import { GroupsReader } from './groups-reader.port.js';
import { People } from './people.port.js';
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

  /** Completes one owed reading. Answers whether there was one. */
  async execute(now: () => Date): Promise<boolean> {
    const started = now();
    const due = await this.people.takeDueRefresh(started, new Date(started.getTime() + leaseMs));
    if (due === undefined) return false;
    const reading = await this.read(due.owed, started);
    await this.people.change(due.userId, (person) =>
      reading === 'not-permitted'
        ? { person: { ...person, refresh: null }, happened: [] }
        : completeRefresh(due.owed, reading, person, now()),
    );
    return true;
  }

  private async read(owed: OwedRefresh, now: Date) {
    const connection = await this.replica.findConnection(owed.connectionId);
    if (connection === undefined) return unknownBecause('connection-not-heard-of', now);
    const { settings, credentials } = connection;
    if (!settings?.backgroundGroups || settings.state !== 'enabled') return 'not-permitted' as const;
    return this.reader.read(settings, credentials, owed);
  }
}

const unknownBecause = (reason: string, at: Date) =>
  ({ completeness: 'unknown', reason, asOf: at.toISOString() }) as const;

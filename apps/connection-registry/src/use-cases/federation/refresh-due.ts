import { type ConnectionId, DomainError } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { Surroundings } from '../surroundings.port.js';
import { MetadataTurns } from './metadata-turns.port.js';
import { RefreshMetadata } from './refresh-metadata.js';

/** After this long somebody who took a connection is believed to be gone. */
const leaseMs = 10 * 60_000;
/** Connections at a time: one whose provider hangs keeps the others waiting for nothing. */
const lanes = 4;

/** The hourly reading: the metadata of every federation that has an address for it, each at a minute of its own. */
@Injectable()
export class RefreshDue {
  constructor(
    private readonly turns: MetadataTurns,
    private readonly refreshMetadata: RefreshMetadata,
    private readonly surroundings: Surroundings,
  ) {}

  /** Works until nobody's turn is due, or until it is told to stop. @returns how many connections were read */
  async execute(stop?: AbortSignal): Promise<number> {
    await this.turns.plan(this.surroundings.now());
    const done = await Promise.all(Array.from({ length: lanes }, () => this.lane(stop)));
    return done.reduce((sum, count) => sum + count, 0);
  }

  private async lane(stop: AbortSignal | undefined): Promise<number> {
    for (let done = 0; ; done += 1) {
      const now = this.surroundings.now();
      const again = new Date(now.getTime() + leaseMs);
      const connectionId = stop?.aborted ? undefined : await this.turns.take(now, again);
      if (connectionId === undefined) return done;
      await this.refreshOne(connectionId);
    }
  }

  /** A refusal is written down; what is no refusal (a database that is gone) leaves the connection to its lease. */
  private async refreshOne(connectionId: ConnectionId): Promise<void> {
    try {
      await this.refreshMetadata.execute(connectionId, 'upkeep');
    } catch (error) {
      if (!(error instanceof DomainError)) return;
      await this.turns.record(connectionId, error.code, this.surroundings.now());
    }
  }
}

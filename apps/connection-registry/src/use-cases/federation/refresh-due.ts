import { type ConnectionId, DomainError } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { Surroundings } from '../surroundings.port.js';
import { MetadataTurns } from './metadata-turns.port.js';
import { RefreshMetadata } from './refresh-metadata.js';
import { workInLanes } from '../upkeep/work-in-lanes.js';

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
    return workInLanes(this.turns, this.surroundings, (connectionId) => this.refreshOne(connectionId), stop);
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

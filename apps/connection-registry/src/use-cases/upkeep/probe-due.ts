import { Injectable } from '@nestjs/common';
import type { ConnectionId } from '@homerealm/domain';
import { nextTurn } from '../../domain/daily-turn.js';
import { Surroundings } from '../surroundings.port.js';
import { ProbeCredentials } from './probe-credentials.js';
import { Probes } from './probes.port.js';
import { workInLanes } from './work-in-lanes.js';

/** The daily try: every enabled connection to Entra once a day, each at a time of its own. */
@Injectable()
export class ProbeDue {
  constructor(
    private readonly probes: Probes,
    private readonly probeCredentials: ProbeCredentials,
    private readonly surroundings: Surroundings,
  ) {}

  /** Works until nobody's turn is due, or until it is told to stop. @returns how many connections were tried */
  async execute(stop?: AbortSignal): Promise<number> {
    await this.probes.plan(this.surroundings.now());
    return workInLanes(this.probes, this.surroundings, (connectionId) => this.probeOne(connectionId), stop);
  }

  /** What fails for one connection (deleted meanwhile, sealed with a key we lack) must not keep the others waiting. */
  private async probeOne(connectionId: ConnectionId): Promise<void> {
    await this.probeCredentials.execute(connectionId, this.surroundings.now()).catch(() => undefined);
    await this.probes.postpone(connectionId, nextTurn(connectionId, this.surroundings.now()));
  }
}

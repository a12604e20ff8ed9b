import { Injectable } from '@nestjs/common';
import type { ConnectionId } from '@homerealm/domain';
import { nextTurn } from '../../domain/daily-turn.js';
import { Surroundings } from '../surroundings.port.js';
import { ProbeCredentials } from './probe-credentials.js';
import { Probes } from './probes.port.js';

/** After this long somebody who took a connection is believed to be gone. */
const leaseMs = 10 * 60_000;
/** Connections at a time: one whose provider hangs keeps the others waiting for nothing. */
const lanes = 4;

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
    const done = await Promise.all(Array.from({ length: lanes }, () => this.lane(stop)));
    return done.reduce((sum, count) => sum + count, 0);
  }

  private async lane(stop: AbortSignal | undefined): Promise<number> {
    for (let done = 0; ; done += 1) {
      const connectionId = stop?.aborted ? undefined : await this.take();
      if (connectionId === undefined) return done;
      await this.probeOne(connectionId);
    }
  }

  private take(): Promise<ConnectionId | undefined> {
    const now = this.surroundings.now();
    return this.probes.take(now, new Date(now.getTime() + leaseMs));
  }

  /** What fails for one connection (deleted meanwhile, sealed with a key we lack) must not keep the others waiting. */
  private async probeOne(connectionId: ConnectionId): Promise<void> {
    await this.probeCredentials.execute(connectionId, this.surroundings.now()).catch(() => undefined);
    await this.probes.postpone(connectionId, nextTurn(connectionId, this.surroundings.now()));
  }
}

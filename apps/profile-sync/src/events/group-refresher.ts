import type { ConnectionId } from '@homerealm/domain';
import { Clock } from '@homerealm/platform';
import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { DueRefresh } from '../use-cases/people.port.js';
import { RefreshGroups } from '../use-cases/refresh-groups.js';

/** Readings at a time, in all and of one connection: a provider that hangs keeps only its own readings waiting. */
const lanes = 8;
const lanesOfConnection = 2;

/** Does owed readings, several at a time; looks for more after a pause and whenever one is done. */
export class GroupRefresher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(GroupRefresher.name);
  private readonly running = new Map<Promise<void>, ConnectionId>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly refreshGroups: RefreshGroups,
    private readonly clock: Clock,
    private readonly pauseMs: number,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), this.pauseMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await this.looking;
    await Promise.all(this.running.keys());
  }

  private look(): void {
    this.looking ??= this.fill()
      .catch((error: unknown) => this.interrupted(error))
      .finally(() => (this.looking = undefined));
  }

  private async fill(): Promise<void> {
    while (!this.stopping.signal.aborted && this.running.size < lanes) {
      const due = await this.refreshGroups.take(this.clock.now(), this.busy());
      if (due === undefined) return;
      this.start(due);
    }
  }

  private start(due: DueRefresh): void {
    const reading: Promise<void> = this.refreshGroups
      .execute(due, () => this.clock.now(), this.stopping.signal)
      .catch((error: unknown) => this.interrupted(error))
      .finally(() => {
        this.running.delete(reading);
        this.look();
      });
    this.running.set(reading, due.owed.connectionId);
  }

  private busy(): ConnectionId[] {
    const connections = [...this.running.values()];
    const readings = (connectionId: ConnectionId) => connections.filter((one) => one === connectionId).length;
    return [...new Set(connections)].filter((connectionId) => readings(connectionId) >= lanesOfConnection);
  }

  /** The row is taken again when its lease ends; only the database can have failed. */
  private interrupted(error: unknown): void {
    this.logger.warn(`a background reading was interrupted: ${error instanceof Error ? error.name : 'unknown'}`);
  }
}

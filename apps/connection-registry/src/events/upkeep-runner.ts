import { Clock } from '@homerealm/platform';
import { type BeforeApplicationShutdown, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { CheckDueProofs } from '../use-cases/domains/check-due-proofs.js';
import { RefreshDue } from '../use-cases/federation/refresh-due.js';
import { TellCertificatesEnding } from '../use-cases/federation/tell-certificates-ending.js';
import { ProbeDue } from '../use-cases/upkeep/probe-due.js';
import { TellExpiring } from '../use-cases/upkeep/tell-expiring.js';

/**
 * Does what time brings: notices of credentials and of providers' certificates that end, the daily try of credentials,
 * the hourly reading of providers' metadata, the daily look for proofs of domains. Every instance does; rows in the database decide who gets what.
 */
export class UpkeepRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UpkeepRunner.name);
  private readonly stopping = new AbortController();
  private readonly running = new Map<string, Promise<void>>();
  private readonly tasks: Record<string, () => Promise<unknown>>;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    { tellExpiring, tellCertificatesEnding, probeDue, refreshDue, checkDueProofs }: UpkeepTasks,
    clock: Clock,
    private readonly pauseMs: number,
  ) {
    const { signal } = this.stopping;
    this.tasks = {
      'telling of credentials that end': () => tellExpiring.execute(clock.now()),
      'telling of certificates that end': () => tellCertificatesEnding.execute(clock.now()),
      'trying credentials': () => probeDue.execute(signal),
      'reading metadata of providers': () => refreshDue.execute(signal),
      'looking for proofs of domains': () => checkDueProofs.execute(signal),
    };
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), this.pauseMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearInterval(this.timer);
    await Promise.all(this.running.values());
  }

  /** Starts every task that is not running still: one that waits for its providers keeps only itself waiting. */
  private look(): void {
    for (const [name, work] of Object.entries(this.tasks)) {
      if (this.running.has(name)) continue;
      const run = work()
        .then(() => undefined)
        .catch((error: unknown) => this.interrupted(name, error))
        .finally(() => this.running.delete(name));
      this.running.set(name, run);
    }
  }

  /** What was taken comes again when its lease ends; only the database can have failed. */
  private interrupted(name: string, error: unknown): void {
    this.logger.warn(`${name} was interrupted: ${error instanceof Error ? error.name : 'unknown'}`);
  }
}

export type UpkeepTasks = {
  tellExpiring: TellExpiring;
  tellCertificatesEnding: TellCertificatesEnding;
  probeDue: ProbeDue;
  refreshDue: RefreshDue;
  checkDueProofs: CheckDueProofs;
};

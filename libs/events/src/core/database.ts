import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager } from 'typeorm';
import { isConflict } from './transient.js';

type Ambient = { manager: EntityManager; afterCommit: (() => void)[] };

const maxTries = 6;

/** The service's database. What runs inside `transaction` finds the same transaction again through `manager`. */
export class Database {
  private readonly ambient = new AsyncLocalStorage<Ambient | undefined>();

  constructor(readonly dataSource: DataSource) {}

  /** The manager of the transaction we are in, else the one that runs every statement by itself. */
  get manager(): EntityManager {
    return this.ambient.getStore()?.manager ?? this.dataSource.manager;
  }

  get isInTransaction(): boolean {
    return this.ambient.getStore() !== undefined;
  }

  /**
   * Runs the work in one transaction; inside another one it joins that. The opener runs the work again when Postgres
   * found a conflict with another transaction (40001, 40P01), so the work must have no effect outside the database.
   */
  async transaction<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const joined = this.ambient.getStore();
    if (joined) return work(joined.manager);
    for (let tries = 1; ; tries++) {
      try {
        return await this.open(work);
      } catch (error) {
        if (!isConflict(error) || tries === maxTries) throw error;
        // Random, or the same two would meet again.
        await new Promise((resume) => setTimeout(resume, Math.random() * 10 * 2 ** tries));
      }
    }
  }

  /** Calls the hook once the transaction we are in has committed; at once outside of one. It must not throw. */
  afterCommit(hook: () => void): void {
    const ambient = this.ambient.getStore();
    if (ambient) ambient.afterCommit.push(hook);
    else hook();
  }

  private async open<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = [];
    const result = await this.dataSource.transaction((manager) =>
      this.ambient.run({ manager, afterCommit }, () => work(manager)),
    );
    for (const hook of new Set(afterCommit)) hook();
    return result;
  }
}

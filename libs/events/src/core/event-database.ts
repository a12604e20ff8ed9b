import { AsyncLocalStorage } from 'node:async_hooks';
import { isConflict } from './transient.js';

/** Runs statements and gives their rows. Statements are prepared by their text, so values never belong into it. */
export type Sql = { query<Row = unknown>(text: string, values?: unknown[]): Promise<Row[]> };

type Ambient<Handle> = { handle: Handle; sql: Sql; afterCommit: (() => void)[] };

const maxTries = 6;

/**
 * What the event machinery needs of a service's database: transactions that are found again by whoever works inside
 * them. `Handle` is what the work is given: TypeORM's manager, or plain SQL.
 */
export abstract class EventDatabase<Handle = unknown> {
  private readonly ambient = new AsyncLocalStorage<Ambient<Handle> | undefined>();

  /** Runs a statement outside of any transaction. */
  protected abstract readonly plain: Sql;
  /** Opens a transaction, commits it when the work succeeds, else rolls it back. */
  protected abstract begin<T>(work: (handle: Handle, sql: Sql) => Promise<T>): Promise<T>;

  /** Statements of the transaction we are in, else each one by itself. */
  get sql(): Sql {
    return this.ambient.getStore()?.sql ?? this.plain;
  }

  get isInTransaction(): boolean {
    return this.ambient.getStore() !== undefined;
  }

  /** What the work of the transaction we are in was given; undefined outside of one. */
  protected get handle(): Handle | undefined {
    return this.ambient.getStore()?.handle;
  }

  /**
   * Runs the work in one transaction; inside another one it joins that. The opener runs the work again when Postgres
   * found a conflict with another transaction (40001, 40P01), so the work must have no effect outside the database.
   */
  async transaction<T>(work: (handle: Handle) => Promise<T>): Promise<T> {
    const joined = this.ambient.getStore();
    if (joined) return work(joined.handle);
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

  private async open<T>(work: (handle: Handle) => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = [];
    const result = await this.begin((handle, sql) =>
      this.ambient.run({ handle, sql, afterCommit }, () => work(handle)),
    );
    for (const hook of new Set(afterCommit)) hook();
    return result;
  }
}

import type { ConnectionSettings } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Connections, type KnownConnection } from '../use-cases/connections.port.js';
import { LeastRecentlyUsed } from './least-recently-used.js';
import { PostgresConnections } from './postgres.connections.js';
import { cacheKeys } from './postgres.connection-replica.js';
import { ReplicaNews } from './replica-news.js';

/** About 2 kB each. Unknown ids and domains are not kept: strangers could push out what is used. */
const mostEntries = 5_000;

/**
 * The replica with a memory in front, so that a warm sign-in asks no table for its connection. Entries live until
 * the replica's news say otherwise; while no news can be heard, nothing is kept.
 */
@Injectable()
export class CachedConnections extends Connections {
  private readonly entries = new LeastRecentlyUsed<string, unknown>(mostEntries);
  /** Counts invalidations: an answer that was read before one must not be kept after it. */
  private generation = 0;

  constructor(
    private readonly tables: PostgresConnections,
    private readonly news: ReplicaNews,
  ) {
    super();
    news.onChange((key) => this.drop(key));
  }

  find(connectionId: string): Promise<KnownConnection | null> {
    return this.through(cacheKeys.connection(connectionId), () => this.tables.find(connectionId));
  }

  ofDomain(domain: string): Promise<ConnectionSettings | null> {
    return this.through(cacheKeys.domain(domain), () => this.tables.ofDomain(domain));
  }

  async withButtons(organizationId: string | null): Promise<readonly ConnectionSettings[]> {
    // Environment-wide buttons change for everybody, so they are kept once and not with each organization.
    const shared = this.through(cacheKeys.buttons(null), () => this.tables.buttonsOf(null));
    if (organizationId === null) return shared;
    const load = () => this.tables.buttonsOf(organizationId);
    const own = this.through(cacheKeys.buttons(organizationId), load);
    return [...(await own), ...(await shared)];
  }

  /** Undefined: everything is old. */
  private drop(key: string | undefined): void {
    this.generation++;
    if (key === undefined) this.entries.clear();
    else this.entries.delete(key);
  }

  private async through<T>(key: string, load: () => Promise<T>): Promise<T> {
    const kept = this.entries.get(key);
    if (kept !== undefined) return kept as T;
    const before = this.generation;
    const answer = await load();
    if (answer !== null && this.news.isHeard && before === this.generation) this.entries.set(key, answer);
    return answer;
  }
}

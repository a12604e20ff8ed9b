import { ownSignInDefaults, type EnvironmentPolicies, type OwnSignInPolicies } from '@homerealm/contracts';
import { Database } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { Policies } from '../use-cases/policies.port.js';
import { cacheKeys } from './postgres.connection-replica.js';
import { ReplicaNews } from './replica-news.js';

/** The one row of policies, kept in memory until the replica's news say otherwise. */
@Injectable()
export class CachedPolicies extends Policies {
  private known: OwnSignInPolicies | undefined;
  /** Counts invalidations: an answer that was read before one must not be kept after it. */
  private generation = 0;

  constructor(
    private readonly database: Database,
    private readonly news: ReplicaNews,
  ) {
    super();
    news.onChange((key) => {
      if (key === undefined || key === cacheKeys.policies) this.forget();
    });
  }

  async ownSignIn(): Promise<OwnSignInPolicies> {
    if (this.known) return this.known;
    const before = this.generation;
    const rows = await this.database.manager.query(
      "SELECT policies FROM policy_replica WHERE policy_id = 'environment'",
    );
    const [row] = rows as { policies: EnvironmentPolicies }[];
    const policies = row?.policies.ownSignIn ?? ownSignInDefaults;
    if (this.news.isHeard && before === this.generation) this.known = policies;
    return policies;
  }

  private forget(): void {
    this.generation++;
    this.known = undefined;
  }
}

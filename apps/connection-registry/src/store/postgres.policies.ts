import { ownSignInDefaults, policyStateTopic, policyTopic } from '@homerealm/contracts';
import { Database, event, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import type { Policies as PoliciesNow, PolicyDecision } from '../domain/decide-policies.js';
import { Policies } from '../use-cases/policies/policies.port.js';
import { ChangeEntity, PoliciesEntity } from './connection.entities.js';

const key = 'environment';

@Injectable()
export class PostgresPolicies extends Policies {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  async read(): Promise<PoliciesNow> {
    return toPolicies(await this.database.manager.findOneByOrFail(PoliciesEntity, { key }));
  }

  start(initial: PoliciesNow): Promise<void> {
    return this.database.transaction(async (manager) => {
      const inserted = (await manager.query(
        `INSERT INTO environment_policies (key, revision, sync_profiles, own_sign_in) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key) DO NOTHING RETURNING key`,
        [key, initial.revision, initial.syncProfiles, JSON.stringify(initial.ownSignIn)],
      )) as unknown[];
      if (inserted.length > 0) await this.outbox.append(event(policyStateTopic, 'PolicyState', key, initial));
    });
  }

  change(decide: (now: PoliciesNow) => PolicyDecision | undefined, by: string, at: Date): Promise<PoliciesNow> {
    return this.database.transaction(async (manager) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const now = toPolicies(await manager.findOneOrFail(PoliciesEntity, { where: { key }, lock }));
      const decision = decide(now);
      if (decision === undefined) return now;
      const { policies, changed } = decision;
      const { revision } = policies;
      await manager.update(PoliciesEntity, { key }, policies);
      const row = { subject: key, revision, action: 'PoliciesChanged', madeBy: by, madeAt: at, changed };
      await manager.insert(ChangeEntity, { ...row, reason: null, configHash: null });
      await this.outbox.append(
        event(policyTopic, 'PoliciesChanged', key, { revision, changed }),
        event(policyStateTopic, 'PolicyState', key, policies),
      );
      return policies;
    });
  }
}

/** A row from before there were ways to sign in without a provider holds none. */
const toPolicies = ({ revision, syncProfiles, ownSignIn }: PoliciesEntity): PoliciesNow => ({
  revision,
  syncProfiles,
  ownSignIn: ownSignIn ?? ownSignInDefaults,
});

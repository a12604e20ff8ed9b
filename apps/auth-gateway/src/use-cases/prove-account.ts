import type { ConnectionSettings } from '@homerealm/contracts';
import type { Check, UpstreamAccount, UpstreamAccountKey } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { admit, type Admission } from '../domain/admit.js';
import { askingTenant } from '../domain/asking-tenant.js';
import type { UpstreamSession } from '../domain/sign-in-facts.js';
import { Applications } from './applications.port.js';
import { Connections, type KnownConnection } from './connections.port.js';
import { Moment } from './moment.port.js';
import type { RefusedBecause } from './refuse.js';
import type { StartedSignIn } from './transactions.port.js';
import { Upstream, type CallbackInput } from './upstream.port.js';

export type Proof =
  | {
      proved: true;
      account: UpstreamAccount;
      connection: ConnectionSettings;
      checks: Check[];
      session?: UpstreamSession;
    }
  | { proved: false; because: RefusedBecause };

/** Has the connector verify the provider's answer, between two questions to the admission gate. */
@Injectable()
export class ProveAccount {
  constructor(
    private readonly applications: Applications,
    private readonly connections: Connections,
    private readonly upstream: Upstream,
    private readonly moment: Moment,
  ) {}

  async execute(started: StartedSignIn, state: string, input: CallbackInput): Promise<Proof> {
    const before: Check[] = [...started.checks, { code: 'sign-in.transaction-is-ours', outcome: 'passed' }];
    const { known, gate } = await this.ask(started);
    const admitted = [...before, ...gate.checks];
    if (!gate.admitted || !known) return refused(gate.admitted ? 'connection.unknown' : gate.code, admitted);
    const answer = await this.upstream.complete(known, { state, memory: started.upstream }, input);
    const checked = [...admitted, ...answer.checks];
    if (!answer.proved) {
      const { code, trouble } = answer;
      const tenantId = askingTenant(known.settings, code, checked);
      return { proved: false, because: { code, checks: checked, trouble, tenantId } };
    }
    // The provider took its time: the connection may have been disabled meanwhile, and now the tenant is known.
    const proof = await this.again(started, answer.account, checked);
    return proof.proved && answer.session ? { ...proof, session: answer.session } : proof;
  }

  /** Asks the gate for an account that was proved a while ago. */
  async again(started: StartedSignIn, account: UpstreamAccount, before: Check[]): Promise<Proof> {
    const { gate, known } = await this.ask(started, account.key);
    const checks = [...before, ...gate.checks.filter(isNews)];
    if (!gate.admitted) return refused(gate.code, checks, known);
    return { proved: true, account, connection: gate.connection, checks };
  }

  private async ask(
    started: StartedSignIn,
    account?: UpstreamAccountKey,
  ): Promise<{ known: KnownConnection | null; gate: Admission }> {
    const { applicationId, organizationId, expiresAt, test } = started;
    const known = test ? test.known : await this.connections.find(started.connectionId);
    // An application that was deleted meanwhile takes no connection any more.
    const application = await this.applications.find(applicationId);
    const gate = admit({
      ...{ applicationId, applicationConnections: application ? application.connections : [] },
      ...{ organizationId, now: this.moment.now(), authorities: this.upstream.authorities },
      ...{ connection: known?.settings ?? null, isTest: test !== undefined },
      // The way back was in time when it began; a slow provider must not turn that around.
      ...(account ? { account } : { expiresAt }),
    });
    return { known, gate };
  }
}

function refused(code: string, checks: Check[], known: KnownConnection | null = null): Proof {
  const tenantId = known ? askingTenant(known.settings, code, checks) : undefined;
  return { proved: false, because: { code, checks, tenantId } };
}

const isNews = ({ code, outcome }: Check) => outcome === 'failed' || code === 'connection.tenant-is-allowed';

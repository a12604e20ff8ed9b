import { emailDomain, type Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { discoverHome, type HomeQuestion } from '../domain/discover-home.js';
import { Connections } from './connections.port.js';
import type { PendingSignIn } from './interactions.port.js';
import { LeaveUpstream } from './leave-upstream.js';
import { Moment } from './moment.port.js';
import { refuse, type Refused } from './refuse.js';
import type { Leaving, Way, Wish } from './way.js';

/** Home realm discovery. Reads the replica's cache only, and writes nothing: the caller stores what the way needs. */
@Injectable()
export class FindWay {
  constructor(
    private readonly connections: Connections,
    private readonly leaveUpstream: LeaveUpstream,
    private readonly moment: Moment,
  ) {}

  async execute(pending: PendingSignIn, wish: Wish, browserHash: string): Promise<Way> {
    const { named, domain, ofDomain } = await this.lookUp(wish);
    const decision = discoverHome({ ...pending, named, domain, ofDomain });
    if (decision.go === 'ask' && decision.because === 'no-hint') return { go: 'ask' };
    const leaving: Leaving = {
      ...{ pending, wish, browserHash, attemptId: this.moment.newAttemptId(), startedAt: this.moment.now() },
      checks: [discovery(domain, decision.go === 'upstream', wish.connectionId !== null)],
    };
    if (decision.go === 'upstream') {
      const known = await this.connections.find(decision.connection.connectionId);
      return this.leaveUpstream.execute(leaving, known, decision.connection.connectionId);
    }
    const code = decision.go === 'refused' ? decision.code : 'discovery.no-way-in';
    const refusal = this.refuse(leaving, code, ofDomain?.connectionId ?? wish.connectionId);
    if (decision.go === 'refused' || decision.because !== 'unknown-domain') return { go: 'refused', ...refusal };
    return { go: 'unclaimed', ...refusal, leaving: { ...leaving, checks: [isUnclaimed(domain)] } };
  }

  private async lookUp({ connectionId, email }: Wish): Promise<Pick<HomeQuestion, 'named' | 'domain' | 'ofDomain'>> {
    const domain = (email === null ? undefined : emailDomain(email)) ?? null;
    if (connectionId === null) {
      return { named: undefined, domain, ofDomain: domain === null ? null : await this.connections.ofDomain(domain) };
    }
    const known = await this.connections.find(connectionId);
    return { named: known?.settings ?? null, domain, ofDomain: null };
  }

  private refuse(
    { attemptId, startedAt, pending, checks }: Leaving,
    code: string,
    connectionId: string | null,
  ): Refused {
    const { applicationId, organizationId } = pending;
    const tried = { attemptId, startedAt, applicationId, organizationId, connectionId };
    return refuse(tried, this.moment.now(), { code, checks });
  }
}

/** The domain may stand in the record; the address may not. */
function discovery(domain: string | null, found: boolean, named: boolean): Check {
  const outcome = found ? 'passed' : 'failed';
  if (named) return { code: 'discovery.connection-was-named', outcome };
  return { code: 'discovery.domain-has-connection', outcome, details: { domain } };
}

/** Nothing went wrong: the other ways go on. */
const isUnclaimed = (domain: string | null): Check => ({
  code: 'discovery.domain-has-connection',
  outcome: 'skipped',
  details: { domain },
});

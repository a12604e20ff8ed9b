import type { ConnectionSettings } from '@homerealm/contracts';
import type { Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { admit, restsOnAuthority } from '../domain/admit.js';
import { isProviderAddress, isUpstreamAddress } from '../domain/is-upstream-address.js';
import { resolveUpstreamParams } from '../domain/resolve-upstream-params.js';
import type { KnownConnection } from './connections.port.js';
import { Moment } from './moment.port.js';
import { refuse } from './refuse.js';
import type { StartedSignIn } from './transactions.port.js';
import { Upstream, type LeaveFor } from './upstream.port.js';
import type { Leaving, Way } from './way.js';

/** A person may be away at the provider for this long. */
export const awayMilliseconds = 10 * 60_000;
/** And for this long in a test run: there the admin may have to consent, or to look something up. */
const testMilliseconds = 15 * 60_000;

type Left = Extract<LeaveFor, { left: true }>;

/** Asks the admission gate, and has the connector build the address the browser goes to. */
@Injectable()
export class LeaveUpstream {
  constructor(
    private readonly upstream: Upstream,
    private readonly moment: Moment,
  ) {}

  async execute(leaving: Leaving, known: KnownConnection | null, connectionId: string): Promise<Way> {
    const { applicationId, applicationConnections, organizationId } = leaving.pending;
    const gate = admit({
      ...{ now: leaving.startedAt, connection: known?.settings ?? null, organizationId },
      ...{ applicationId, applicationConnections },
      ...{ authorities: this.upstream.authorities, isTest: leaving.test !== undefined },
    });
    const admitted = { ...leaving, checks: [...leaving.checks, ...gate.checks] };
    if (!gate.admitted) return this.refuse(admitted, gate.code, connectionId);
    return known ? this.begin(admitted, known) : this.refuse(admitted, 'connection.unknown', connectionId);
  }

  private async begin(leaving: Leaving, known: KnownConnection): Promise<Way> {
    const { connectionId, upstreamParams } = known.settings;
    const loginHint = leaving.wish.email ?? leaving.pending.loginHint;
    const ours = { ...leaving.pending.upstreamParams, ...(loginHint !== null && { login_hint: loginHint }) };
    const resolved = resolveUpstreamParams(upstreamParams, ours);
    if ('refusedName' in resolved) {
      const details = { name: resolved.refusedName };
      const failed = withCheck(leaving, 'upstream.params-are-allowed', false, details);
      return this.refuse(failed, 'upstream.param-reserved', connectionId);
    }
    const begun = await this.upstream.begin(known, { loginHint, params: resolved.params });
    const goes = begun.left && isAddressOf(known.settings, addressOf(begun.departure));
    const judged = withCheck(leaving, 'upstream.could-begin', goes);
    if (!begun.left) return this.refuse(judged, begun.code, connectionId);
    if (!goes) return this.refuse(judged, 'upstream.broken', connectionId);
    const { departure, state, memory } = begun;
    const started = toStarted(judged, known.settings, memory);
    if ('redirectTo' in departure) return { go: 'upstream', redirectTo: departure.redirectTo, state, started };
    const redirectTo = `/login/leave/${connectionId}?state=${encodeURIComponent(state)}`;
    return { go: 'upstream', redirectTo, state, started: { ...started, form: departure.form } };
  }

  private refuse({ attemptId, startedAt, pending, checks }: Leaving, code: string, connectionId: string): Way {
    const { applicationId, organizationId } = pending;
    const tried = { attemptId, startedAt, applicationId, organizationId, connectionId };
    return { go: 'refused', ...refuse(tried, this.moment.now(), { code, checks }) };
  }
}

const withCheck = (leaving: Leaving, code: string, passed: boolean, details?: Check['details']): Leaving => ({
  ...leaving,
  checks: [...leaving.checks, { code, outcome: passed ? 'passed' : 'failed', ...(details && { details }) }],
});

function toStarted(leaving: Leaving, settings: ConnectionSettings, upstream: unknown): StartedSignIn {
  const { pending, browserHash, attemptId, startedAt, checks, test } = leaving;
  const { uid, applicationId, organizationId } = pending;
  return {
    ...{ attemptId, uid, applicationId, organizationId, browserHash, startedAt, checks, upstream },
    connectionId: settings.connectionId,
    revision: settings.revision,
    expiresAt: startedAt + (test ? testMilliseconds : awayMilliseconds),
    usedAt: null,
    ...(test && { test }),
  };
}

const addressOf = (departure: Left['departure']): string =>
  'form' in departure ? departure.form.action : departure.redirectTo;

/** Where the operator's list is why we believe the provider, the list says where it is; any other was found by its connector. */
export const isAddressOf = (settings: ConnectionSettings, address: string): boolean =>
  restsOnAuthority(settings) ? isUpstreamAddress(address, settings.authority) : isProviderAddress(address);

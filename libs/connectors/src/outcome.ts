import { isUpstreamParamValue, judgeUpstreamParam } from '@homerealm/domain';
import { Refusal, type CheckList } from './check-list.js';
import type { BeginRequest, UpstreamOutcome } from './upstream-protocol.js';
import { upstreamErrors } from './upstream.errors.js';

/** Libraries write these over their own parameters, so the reserved names are looked at here once more. */
export function checkedParams({ params, loginHint }: BeginRequest): Record<string, string> {
  const wanted = Object.entries({ ...(loginHint ? { login_hint: loginHint } : {}), ...params });
  const bad = wanted.find(([name, value]) => judgeUpstreamParam(name) !== 'allowed' || !isUpstreamParamValue(value));
  if (bad) throw upstreamErrors('upstream.param-reserved', { name: bad[0].slice(0, 64) });
  return Object.fromEntries(wanted);
}

/** What `begin` throws. */
export function asDomainError(error: unknown): Error {
  if (error instanceof Refusal) return upstreamErrors(error.code, { ...error.details });
  if (error instanceof Error && 'code' in error && String(error.code) in upstreamErrors.table) return error;
  return upstreamErrors('upstream.unexpected');
}

/** Whatever went wrong becomes a refusal; an error of unknown kind shows nothing of itself. */
export function refused(error: unknown, checks: CheckList): UpstreamOutcome {
  const refusal = error instanceof Refusal ? error : new Refusal('upstream.library', 'upstream.unexpected');
  checks.failed(refusal.check, { code: refusal.code, ...refusal.details });
  const { code, upstream } = refusal;
  return { outcome: 'refused', code, checks: checks.checks, ...(upstream ? { upstream } : {}) };
}

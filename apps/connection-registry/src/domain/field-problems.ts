import { type InputProblem, isUpstreamParamValue, judgeUpstreamParam } from '@homerealm/domain';
import type { ConnectionFields, SomeFields } from './connection.js';
import { problem } from './problems.js';

/** An authority the operator allows, and the Microsoft Graph that belongs to it. Both are origins. */
export type EntraAuthority = { origin: string; graphOrigin: string };

/** The rules between fields. A rule is silent as long as a field it needs is missing. */
export function fieldProblems(fields: SomeFields): InputProblem[] {
  return [
    ...(fields.useCommonEndpoint && fields.allowedTenants?.length === 0
      ? [problem('connection.tenants-required', 'allowedTenants')]
      : []),
    ...(fields.useCommonEndpoint && fields.trustScope === 'any'
      ? [problem('connection.trust-scope-not-allowed', 'trustScope')]
      : []),
    ...(fields.identityType === 'social' && (fields.homeRealmDomains?.length ?? 0) > 0
      ? [problem('connection.home-realm-not-allowed', 'homeRealmDomains')]
      : []),
    ...(fields.autoJoinOrganization && fields.organizationId === null
      ? [problem('connection.organization-required', 'autoJoinOrganization')]
      : []),
    ...upstreamParamProblems(fields.upstreamParams ?? {}),
  ];
}

/** The authority must stand on the operator's list, letter by letter. */
export function authorityProblems(authority: string | undefined, allowed: readonly EntraAuthority[]): InputProblem[] {
  if (authority === undefined || allowed.some(({ origin }) => origin === authority)) return [];
  return [problem('connection.authority-not-allowed', 'authority')];
}

function upstreamParamProblems(params: ConnectionFields['upstreamParams']): InputProblem[] {
  return Object.entries(params).flatMap(([name, param]) => {
    const field = `upstreamParams.${name}`;
    const verdict = judgeUpstreamParam(name);
    if (verdict === 'reserved') return [problem('connection.upstream-param-reserved', field)];
    const badValue = 'value' in param && !isUpstreamParamValue(param.value);
    return verdict === 'malformed' || badValue ? [problem('connection.upstream-param-malformed', field)] : [];
  });
}

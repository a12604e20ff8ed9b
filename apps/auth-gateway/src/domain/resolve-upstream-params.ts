import type { ConnectionSettings } from '@homerealm/contracts';
import { isUpstreamParamValue, judgeUpstreamParam } from '@homerealm/domain';

export type UpstreamParams = { params: Record<string, string> } | { refusedName: string };

/**
 * The parameters a connection sends upstream: fixed texts, and values of our own authorize parameters. Names were
 * checked when the connection was saved and are checked again here; a value that may not travel is left out.
 */
export function resolveUpstreamParams(
  wanted: ConnectionSettings['upstreamParams'],
  ours: Readonly<Record<string, string>>,
): UpstreamParams {
  const params: Record<string, string> = {};
  for (const [name, source] of Object.entries(wanted)) {
    if (judgeUpstreamParam(name) !== 'allowed') return { refusedName: name.slice(0, 64) };
    const value = 'value' in source ? source.value : valueOf(ours, source.alias);
    if (value !== undefined && isUpstreamParamValue(value)) params[name] = value;
  }
  return { params };
}

const valueOf = (ours: Readonly<Record<string, string>>, alias: string): string | undefined =>
  Object.hasOwn(ours, alias) ? ours[alias] : undefined;

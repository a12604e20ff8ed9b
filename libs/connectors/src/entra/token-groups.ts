import { guid, isObject, own, type JsonObject } from '../json.js';

/**
 * What an ID token says about groups. `overage`: there are more than fit. `absent`: no word, which Entra says both for
 * "none" and for "not configured". `unusable`: other values than object ids, or no list at all.
 */
export type TokenGroups =
  { kind: 'listed'; groups: string[] } | { kind: 'overage' } | { kind: 'absent' } | { kind: 'unusable' };

/** The address that comes with an overage may point anywhere and is not even read. */
export function readTokenGroups(claims: JsonObject): TokenGroups {
  const names = own(claims, '_claim_names');
  if (isObject(names) && Object.hasOwn(names, 'groups')) return { kind: 'overage' };
  const more = own(claims, 'hasgroups');
  if (more === true || more === 'true') return { kind: 'overage' };
  const listed = own(claims, 'groups');
  if (listed === undefined) return { kind: 'absent' };
  const groups = Array.isArray(listed) ? toGroupIds(listed) : undefined;
  return groups ? { kind: 'listed', groups } : { kind: 'unusable' };
}

/** Object ids in lower case, sorted, without duplicates; undefined when one of the values is none. */
export function toGroupIds(values: readonly unknown[]): string[] | undefined {
  const ids = new Set<string>();
  for (const value of values) {
    const id = guid(value);
    if (id === undefined) return undefined;
    ids.add(id);
  }
  return [...ids].sort();
}

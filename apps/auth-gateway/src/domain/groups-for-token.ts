import type { GroupSet } from '@homerealm/domain';
import type { SignInFacts } from './sign-in-facts.js';

/** A user's groups as profile-sync last told. */
export type KnownGroups = {
  connectionId: string;
  completeness: 'complete' | 'unknown';
  /** ISO 8601 in UTC: when they were read, or when reading them failed. */
  asOf: string;
  groups: readonly string[] | null;
};

export type TokenGroups = { status: 'complete'; groups: readonly string[] } | { status: 'unknown' };

/**
 * The groups a token may state: of the sign-in's own set and what profile-sync told since, the newer. A newer "unknown"
 * makes them unknown: an old set is never passed off as today's. Undefined when the connection does not ask for groups.
 */
export function groupsForToken(facts: SignInFacts, known: KnownGroups | null): TokenGroups | undefined {
  if (facts.groups === undefined) return undefined;
  const ofThisConnection = known !== null && known.connectionId === facts.connectionId;
  if (!ofThisConnection || !isLater(known.asOf, facts.groups.asOf)) return ofSignIn(facts.groups);
  if (known.completeness === 'unknown' || known.groups === null) return { status: 'unknown' };
  return { status: 'complete', groups: known.groups };
}

function ofSignIn(set: GroupSet): TokenGroups {
  return set.completeness === 'complete' ? { status: 'complete', groups: set.groups } : { status: 'unknown' };
}

const isLater = (a: string, b: string): boolean => Date.parse(a) > Date.parse(b);

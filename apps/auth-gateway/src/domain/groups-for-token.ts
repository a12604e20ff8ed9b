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
 * How far what we were told of a user may be relied on. `fresh`: all that was told until a moment ago is in. `behind`:
 * nobody can say so, because events do not reach us. `stopped`: something was told of this user that we could not take in.
 */
export type Standing = 'fresh' | 'behind' | 'stopped';

/**
 * How old a token's groups may be. `first`: the token of the sign-in itself, which waits for nobody. Later tokens:
 * what we were told counts as far as it may be relied on, and where that is not known, only a set of this moment.
 */
export type Vouching = 'first' | { standing: Standing; now: number; withinMs: number };

/**
 * The groups a token may state: of the sign-in's own set and what profile-sync told since, the newer. A newer "unknown"
 * makes them unknown, and so does a set that nobody can vouch for any more: an old set is never passed off as today's.
 * Undefined when the connection does not ask for groups.
 */
export function groupsForToken(
  facts: SignInFacts,
  known: KnownGroups | null,
  vouching: Vouching,
): TokenGroups | undefined {
  if (facts.groups === undefined) return undefined;
  const ofThisConnection = known !== null && known.connectionId === facts.connectionId;
  const isNewer = ofThisConnection && isLater(known.asOf, facts.groups.asOf);
  if (!isVouchedFor(isNewer ? known.asOf : facts.groups.asOf, vouching)) return { status: 'unknown' };
  if (!isNewer) return ofSignIn(facts.groups);
  if (known.completeness === 'unknown' || known.groups === null) return { status: 'unknown' };
  return { status: 'complete', groups: known.groups };
}

function isVouchedFor(asOf: string, vouching: Vouching): boolean {
  if (vouching === 'first') return true;
  const { standing, now, withinMs } = vouching;
  if (standing !== 'behind') return standing === 'fresh';
  return Math.abs(now - Date.parse(asOf)) <= withinMs;
}

function ofSignIn(set: GroupSet): TokenGroups {
  return set.completeness === 'complete' ? { status: 'complete', groups: set.groups } : { status: 'unknown' };
}

const isLater = (a: string, b: string): boolean => Date.parse(a) > Date.parse(b);

/**
 * What a careful relying party does about a fault: `refused` no sign-in comes of it · `groups-unknown` the sign-in
 * stands, the groups are not known · `tolerated` harmless when handled with care.
 */
export type Outcome = 'refused' | 'groups-unknown' | 'tolerated';

/** Every fault says in one sentence what it does. */
export type FaultRow = { says: string; outcome: Outcome };

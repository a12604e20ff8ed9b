import { groupsForToken, type KnownGroups, type TokenGroups } from '../domain/groups-for-token.js';
import type { SignInFacts } from '../domain/sign-in-facts.js';
import type { Reliance } from './reliance.port.js';
import type { TokenClock } from './token-clock.port.js';

export type Vouched =
  | { may: 'go-on'; groups: TokenGroups | undefined }
  /** News of the user, the organization or the connection could not be taken in. It may have been a suspension, so nothing is issued until it is. */
  | { may: 'wait' };

/**
 * Decides what a token may say of a user whom nobody is asked about any more. The first token of a sign-in rests on
 * that sign-in alone; every later one on what was told since, as far as that may be relied on.
 */
export class VouchForUser {
  constructor(
    private readonly reliance: Reliance,
    private readonly clock: TokenClock,
    /** How old what the gateway was told may be, in seconds. */
    private readonly withinSeconds: number,
  ) {}

  async execute(facts: SignInFacts, known: KnownGroups | null, isFirst: boolean): Promise<Vouched> {
    if (isFirst) return { may: 'go-on', groups: groupsForToken(facts, known, 'first') };
    const { groups: standing, ...restsOn } = await this.reliance.of(facts);
    if (Object.values(restsOn).includes('stopped')) return { may: 'wait' };
    const vouching = { standing, now: this.clock.nowSeconds() * 1_000, withinMs: this.withinSeconds * 1_000 };
    return { may: 'go-on', groups: groupsForToken(facts, known, vouching) };
  }
}

import { Refusal } from '../../check-list.js';
import type { ReplayStore } from '../federation-connection.js';
import type { Asserted } from './asserted.js';
import { acceptedSkewMs } from './judge-assertion.js';

/**
 * Remembers an assertion for as long as it would be accepted.
 * @throws Refusal `upstream.assertion-replayed` when it was used before, at any instance
 */
export async function rememberAssertion(
  replays: ReplayStore,
  { connectionId }: { connectionId: string },
  { id, issuer, conditions }: Asserted,
): Promise<void> {
  const until = new Date((conditions.notOnOrAfter ?? 0) + acceptedSkewMs);
  const fresh = await replays.remember(`${connectionId}|${issuer}|${id}`, until);
  if (!fresh) throw new Refusal('upstream.replay', 'upstream.assertion-replayed');
}

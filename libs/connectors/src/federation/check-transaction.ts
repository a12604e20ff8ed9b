import { timingSafeEqual } from 'node:crypto';
import { Refusal } from '../check-list.js';
import { FederationTransaction } from '../upstream-protocol.js';

/** It comes from the caller's store: a damaged one, or one of another door, must end as a refusal too. */
export function checkTransaction(
  transaction: unknown,
  strategy: FederationTransaction['strategy'],
): FederationTransaction {
  const parsed = FederationTransaction.safeParse(transaction);
  if (!parsed.success || parsed.data.strategy !== strategy) {
    throw new Refusal('upstream.state', 'upstream.state-mismatch', { problem: 'transaction' });
  }
  return parsed.data;
}

/** What came back with the answer (RelayState, wctx) must be what the browser was sent away with. */
export function checkState(given: string | undefined, transaction: FederationTransaction, connectionId: string): void {
  if (given === undefined || given === '') throw new Refusal('upstream.state', 'upstream.state-missing');
  if (transaction.connectionId !== connectionId) throw new Refusal('upstream.state', 'upstream.connection-mismatch');
  const [came, kept] = [Buffer.from(given), Buffer.from(transaction.state)];
  if (came.length !== kept.length || !timingSafeEqual(came, kept)) {
    throw new Refusal('upstream.state', 'upstream.state-mismatch');
  }
}

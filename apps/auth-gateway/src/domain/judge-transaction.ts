/** A sign-in that left for a provider, as far as judging its return needs it. */
export type LeftFor = {
  connectionId: string;
  /** Hash of the browser's secret. */
  browserHash: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  usedAt: number | null;
};

/** What came back: which callback address, which browser (undefined: it showed no secret), when. */
export type Return = { connectionId: string; browserHash: string | undefined; now: number };

export type TransactionRefusal =
  | 'sign-in.transaction-unknown'
  | 'sign-in.transaction-used'
  | 'sign-in.transaction-expired'
  | 'sign-in.transaction-not-this-browser'
  | 'sign-in.transaction-other-connection';

/**
 * Whether this return may go on; undefined when it may. The browser is judged first, so that a stranger who holds
 * somebody's state learns nothing about it.
 */
export function judgeTransaction(found: LeftFor | null, returned: Return): TransactionRefusal | undefined {
  if (!found) return 'sign-in.transaction-unknown';
  if (found.browserHash !== returned.browserHash) return 'sign-in.transaction-not-this-browser';
  if (found.usedAt !== null) return 'sign-in.transaction-used';
  if (found.expiresAt <= returned.now) return 'sign-in.transaction-expired';
  if (found.connectionId !== returned.connectionId) return 'sign-in.transaction-other-connection';
  return undefined;
}

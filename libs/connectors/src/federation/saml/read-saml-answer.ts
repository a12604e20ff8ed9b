import { timingSafeEqual } from 'node:crypto';
import { Refusal, type CheckList } from '../../check-list.js';
import { isObject } from '../../json.js';
import { FederationTransaction, type CallbackInput } from '../../upstream-protocol.js';

/** It comes from the caller's store: a damaged one, or one of another door, must end as a refusal too. */
export function checkTransaction(transaction: unknown): FederationTransaction {
  const parsed = FederationTransaction.safeParse(transaction);
  if (!parsed.success || parsed.data.strategy !== 'entra-saml') {
    throw new Refusal('upstream.state', 'upstream.state-mismatch', { problem: 'transaction' });
  }
  return parsed.data;
}

/**
 * The message of a sign-in answer (saml-bindings §3.5): posted as a form of two fields, for this sign-in of this
 * connection.
 * @returns the field `SAMLResponse`, undecoded
 */
export function readSamlAnswer(
  input: CallbackInput,
  transaction: FederationTransaction,
  connectionId: string,
  checks: CheckList,
): string {
  const { method, query, body } = input;
  if (method !== 'POST') throw malformed('method');
  if (!isObject(query) || Object.keys(query).length > 0) throw malformed('query');
  if (!isObject(body)) throw malformed('body');
  const { SAMLResponse: message, RelayState: state, ...others } = body;
  if (Object.keys(others).length > 0) throw malformed('fields');
  if (typeof message !== 'string' || message === '') throw malformed('message');
  if (state !== undefined && typeof state !== 'string') throw malformed('relay-state');
  checks.passed('upstream.callback');
  checkState(state, transaction, connectionId);
  checks.passed('upstream.state');
  return message;
}

function checkState(given: string | undefined, { state, ...kept }: FederationTransaction, connectionId: string): void {
  if (given === undefined || given === '') throw new Refusal('upstream.state', 'upstream.state-missing');
  if (kept.connectionId !== connectionId) throw new Refusal('upstream.state', 'upstream.connection-mismatch');
  const [left, right] = [Buffer.from(given), Buffer.from(state)];
  if (left.length !== right.length || !timingSafeEqual(left, right)) {
    throw new Refusal('upstream.state', 'upstream.state-mismatch');
  }
}

const malformed = (problem: string) => new Refusal('upstream.callback', 'upstream.callback-malformed', { problem });

import { Refusal, type CheckList } from '../../check-list.js';
import { isObject } from '../../json.js';
import type { CallbackInput, FederationTransaction } from '../../upstream-protocol.js';
import { checkState } from '../check-transaction.js';

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

const malformed = (problem: string) => new Refusal('upstream.callback', 'upstream.callback-malformed', { problem });

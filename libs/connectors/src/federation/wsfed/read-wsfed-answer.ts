import { Refusal, type CheckList } from '../../check-list.js';
import { isObject } from '../../json.js';
import type { CallbackInput, FederationTransaction } from '../../upstream-protocol.js';
import { checkState } from '../check-transaction.js';

/** Of the form field, before it is known to be a document. */
const longestResult = 512 * 1024;

/**
 * The document of a sign-in answer (WS-Federation 1.2 §13.2.3): posted as a form, each field once, and for this sign-in of this
 * connection. The protocol signs none of that, so wctx is the whole tie to the browser.
 */
export function readWsfedAnswer(
  input: CallbackInput,
  transaction: FederationTransaction,
  connectionId: string,
  checks: CheckList,
): string {
  if (input.method !== 'POST') throw malformed('method');
  const { body, query } = input;
  if (!isObject(body)) throw malformed('body');
  const names = ['wa', 'wresult', 'wctx', 'wresultptr'];
  if (isObject(query) && names.some((name) => Object.hasOwn(query, name))) throw malformed('query');
  if (Object.hasOwn(body, 'wresultptr')) throw malformed('wresultptr');
  const [wa, wresult, wctx] = [field(body, 'wa'), field(body, 'wresult'), field(body, 'wctx')];
  if (wa !== 'wsignin1.0') throw malformed('wa');
  if (wresult === undefined) throw malformed('wresult');
  checks.passed('upstream.callback');
  checkState(wctx, transaction, connectionId);
  checks.passed('upstream.state');
  return wresult;
}

function field(body: { readonly [name: string]: unknown }, name: string): string | undefined {
  const value = Object.hasOwn(body, name) ? body[name] : undefined;
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw malformed(`${name}-repeated`);
  if (value.length > longestResult) throw new Refusal('upstream.document', 'upstream.document-too-large');
  return value;
}

const malformed = (problem: string) => new Refusal('upstream.callback', 'upstream.callback-malformed', { problem });

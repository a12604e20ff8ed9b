import { timingSafeEqual } from 'node:crypto';
import { Refusal, type CheckList } from '../check-list.js';
import { isObject } from '../json.js';
import type { CallbackInput, UpstreamReport, CodeTransaction } from '../upstream-protocol.js';
import { reportOf } from './provider-report.js';

const tokenNames = ['id_token', 'access_token', 'refresh_token', 'token'];
const longest = { code: 8_192, state: 256, error: 128, error_description: 16_384, iss: 512 };
type Name = keyof typeof longest;
type Answer = Partial<Record<Name, string>>;

export type Callback = { code: string; state: string };

/**
 * Reads the callback of the authorization code flow in its query form. Only what belongs there is read; a token in the
 * front channel, a repeated parameter, or a code beside an error ends the sign-in.
 * @param issuer the provider's issuer, for RFC 9207
 */
export function checkCallback(
  input: CallbackInput,
  transaction: CodeTransaction,
  expected: { connectionId: string; issuer: string },
  checks: CheckList,
): Callback {
  const answer = readAnswer(input);
  checks.passed('upstream.callback');
  checkState(answer.state, transaction, expected.connectionId);
  checks.passed('upstream.state');
  if (answer.iss !== undefined && !isIssuer(answer.iss, expected.issuer)) {
    throw new Refusal('upstream.answer', 'upstream.provider-mismatch');
  }
  if (answer.error !== undefined) throw providerError(answer, transaction);
  if (answer.code === undefined) throw malformed('neither-code-nor-error', 'upstream.answer');
  checks.passed('upstream.answer');
  return { code: answer.code, state: transaction.state };
}

function readAnswer(input: CallbackInput): Answer {
  if (input.method !== 'GET') throw malformed('method');
  if (!isObject(input.query)) throw malformed('query');
  const query = input.query;
  for (const source of [query, input.body]) {
    if (isObject(source) && tokenNames.some((name) => Object.hasOwn(source, name))) {
      throw new Refusal('upstream.callback', 'upstream.callback-token-in-front-channel');
    }
  }
  const answer: Answer = {};
  for (const name of Object.keys(longest) as Name[]) {
    const value: unknown = Object.hasOwn(query, name) ? query[name] : undefined;
    if (value === undefined || value === '') continue;
    if (typeof value !== 'string') throw malformed(`${name.replace('_', '-')}-repeated`);
    if (value.length > longest[name]) throw malformed(`${name.replace('_', '-')}-too-long`);
    answer[name] = value;
  }
  if (answer.code !== undefined && answer.error !== undefined) throw malformed('code-and-error');
  if (answer.code !== undefined && !/^[\x21-\x7e]+$/.test(answer.code)) throw malformed('code-characters');
  return answer;
}

function checkState(state: string | undefined, transaction: CodeTransaction, connectionId: string): void {
  if (state === undefined) throw new Refusal('upstream.state', 'upstream.state-missing');
  if (transaction.connectionId !== connectionId) throw new Refusal('upstream.state', 'upstream.connection-mismatch');
  const [given, kept] = [Buffer.from(state), Buffer.from(transaction.state)];
  if (given.length !== kept.length || !timingSafeEqual(given, kept)) {
    throw new Refusal('upstream.state', 'upstream.state-mismatch');
  }
}

/** RFC 9207. The common endpoint's issuer is a template: any tenant of the same authority fits. */
function isIssuer(given: string, issuer: string): boolean {
  const [before = '', after] = issuer.split('{tenantid}');
  if (after === undefined) return given === issuer;
  const middle = given.slice(before.length, given.length - after.length);
  return given.startsWith(before) && given.endsWith(after) && /^[0-9a-f-]{36}$/i.test(middle);
}

function providerError(answer: Answer, transaction: CodeTransaction): Refusal {
  const { error, error_description } = answer;
  const upstream: UpstreamReport = reportOf({ error, error_description }, [
    transaction.state,
    transaction.nonce,
    transaction.codeVerifier,
  ]);
  const cancelled = error === 'access_denied' || error === 'consent_required';
  const code = cancelled ? 'upstream.cancelled' : 'upstream.provider-error';
  return new Refusal('upstream.answer', code, { error: upstream.error ?? 'unnamed' }, upstream);
}

function malformed(problem: string, check: 'upstream.callback' | 'upstream.answer' = 'upstream.callback'): Refusal {
  return new Refusal(check, 'upstream.callback-malformed', { problem });
}

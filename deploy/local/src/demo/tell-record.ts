import type { Attempt } from './attempts.js';
import { fact } from './fact.js';
import { menders } from './menders.js';
import type { Say } from '../say.js';

type Check = Attempt['checks'][number];

/** The checks in order, those that decide who somebody is in words, and why it ended as it did. */
export function tellRecord(say: Say, { attemptId, outcome, code, checks, explanation }: Attempt): void {
  fact(say, 'record', `${attemptId}: ${outcome}${code === null ? '' : `, ${code}`}`);
  let passed: string[] = [];
  const tellPassed = () => {
    const lines = outcome === 'signed-in' && passed.length > mostNames ? [ends(passed)] : wrap(passed);
    lines.forEach((line, index) => fact(say, '', `${index === 0 ? '✓' : ' '} ${line}`));
  };
  for (const check of checks) {
    const says = wordsOf(check);
    if (check.outcome === 'passed' && says === undefined) {
      passed.push(check.code);
      continue;
    }
    tellPassed();
    passed = [];
    fact(say, '', `${marks[check.outcome]} ${check.code}: ${says ?? detailsOf(check)}`);
  }
  tellPassed();
  if (explanation) tellWhy(say, explanation);
}

function tellWhy(say: Say, { says, aadsts, fixedBy }: NonNullable<Attempt['explanation']>): void {
  fact(say, 'why', says);
  for (const { number, says: words } of aadsts) fact(say, '', `AADSTS${number}: ${words}`);
  fact(say, 'who mends it', menders[fixedBy]);
}

const marks: Record<Check['outcome'], string> = { passed: '✓', failed: '✗', skipped: '·' };

/** What checks come down to: when they hold, and when they do not. */
const meanings: Record<string, { passed: string; failed: string }> = {
  'account.known': { passed: 'this account has come before', failed: 'nobody has come with this account before' },
  'identity.pending': { passed: 'a user has waited for this account', failed: 'no user waits for this account' },
  'email.verified-identity': { passed: 'it leads to the user who proved it', failed: 'the address leads to no user' },
  'identity.verified': { passed: 'a user has proved this address', failed: 'no user has proved this address yet' },
  'user.provisioning': { passed: 'somebody new becomes a user', failed: 'nobody new becomes a user' },
};

/** Why an address counts as proven, or does not. */
const proofs: Record<string, string> = {
  'provider-verified': 'the provider has verified the address, and its word is trusted',
  'home-realm-domain': 'the connection is trusted for the addresses of this domain',
  'connection-not-trusted': 'the connection’s word about addresses is not trusted',
};

function wordsOf({ code, outcome, details }: Check): string | undefined {
  const reason = details?.['reason'];
  if (code === 'email.proven' && typeof reason === 'string') return proofs[reason] ?? reason;
  return outcome === 'skipped' ? undefined : meanings[code]?.[outcome];
}

const detailsOf = ({ details = {} }: Check): string =>
  Object.entries(details)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ');

/** Of checks that passed where nothing went wrong, more than that only tire. */
const mostNames = 8;
const ends = (names: readonly string[]) => `${names[0]} … ${names.at(-1)} (${names.length} checks)`;

/** Names, as many on a line as fit. */
function wrap(names: readonly string[]): string[] {
  const lines: string[] = [];
  for (const name of names) {
    const line = lines.at(-1);
    if (line !== undefined && `${line}, ${name}`.length <= 96) lines[lines.length - 1] = `${line}, ${name}`;
    else lines.push(name);
  }
  return lines.map((line, index) => (index < lines.length - 1 ? `${line},` : line));
}

import fc from 'fast-check';
import { normalizeDomainName } from './domain-name.js';
import { Email, emailDomain, normalizeEmail } from './email.js';
import { normalizePhone, Phone } from './phone.js';
import {
  isStorableAccountKey,
  UpstreamAccount,
  UpstreamAccountKey,
  UpstreamClaims,
  upstreamAccountText,
} from './upstream-account.js';
import { isUpstreamParamValue, judgeUpstreamParam } from './upstream-params.js';
import { normalizeUsername, Username } from './username.js';

const size = 100_000;
const most = 50;

/** Milliseconds of processor time: other processes on a busy machine do not count. */
function cost(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
/** The best of three: a run that the garbage collector or the compiler fell into says nothing about the rule. */
const cheapest = (work: () => unknown): number => Math.min(cost(work), cost(work), cost(work));

const rules: Record<string, (text: string) => unknown> = {
  normalizeDomainName,
  normalizeEmail,
  emailDomain,
  normalizeUsername,
  normalizePhone,
  judgeUpstreamParam,
  isUpstreamParamValue,
  Email: (text) => Email.safeParse(text),
  Username: (text) => Username.safeParse(text),
  Phone: (text) => Phone.safeParse(text),
  UpstreamAccountKey: (text) => UpstreamAccountKey.safeParse({ kind: 'entra', tenantId: text, objectId: text }),
  upstreamAccountText: (text) =>
    upstreamAccountText({ kind: 'oidc', issuer: 'x', subject: text.replace(/\p{Cs}/gu, '') }),
  UpstreamClaims: (text) =>
    UpstreamClaims.safeParse({ email: text, givenName: text, picture: text, extra: { [text]: text, texts: [text] } }),
  UpstreamAccount: (text) =>
    UpstreamAccount.safeParse({
      key: { kind: 'oidc', issuer: text, subject: text },
      asOf: text,
      claims: {},
      groups: { completeness: 'complete', source: 'token', asOf: text, groups: [text] },
    }),
};

/** What makes patterns with repetitions inside repetitions, or open at both ends, try everything. */
const units = [
  'a',
  'a.',
  '.',
  '-',
  'a-',
  '@',
  'a@',
  ' ',
  '\t\n',
  '\u0000',
  '0',
  '0-',
  '1:',
  'xn--',
  '%',
  'ä',
  'о',
  '。',
  '\u0301',
  'ﷺ',
  '😀',
  '"',
  '\\',
];
const endings = ['', '!', '@contoso.example', '.example', '@', '\n', '\u202e', 'Z'];
const fill = (unit: string) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

describe('A38: a text of 100 kB', () => {
  it.each(Object.keys(rules))('A38: costs %s less than 50 ms, whatever is repeated and however it ends', (name) => {
    const rule = rules[name];
    const slow = units
      .flatMap((unit) => endings.flatMap((ending) => [fill(unit) + ending, ending + fill(unit)]))
      .filter((text) => cost(() => rule?.(text)) >= most && cheapest(() => rule?.(text)) >= most);
    expect(slow.map((text) => `${text.slice(0, 12)}…${text.slice(-20)}`)).toEqual([]);
  });

  it.each(Object.keys(rules))('A38: made of random pieces costs %s less than 50 ms', (name) => {
    const piece = fc.oneof(fc.constantFrom(...units), fc.string({ unit: 'binary', maxLength: 6 }));
    const text = fc.tuple(fc.array(piece, { minLength: 1, maxLength: 5 }), piece);
    fc.assert(
      fc.property(text, ([pieces, end]) => {
        const hostile = `${fill(pieces.join('') || 'a')}${end}`;
        expect(cost(() => rules[name]?.(hostile)) < most || cheapest(() => rules[name]?.(hostile)) < most).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('A38: just below a limit of length costs no more', () => {
    for (const unit of units) {
      const label = unit.repeat(63);
      const domain = Array.from({ length: 4 }, () => label.slice(0, 60)).join('.');
      for (const text of [domain.slice(0, 253), `${label.slice(0, 64)}@${domain}`.slice(0, 254), label.slice(0, 32)]) {
        for (const rule of Object.values(rules)) expect(cheapest(() => rule(text))).toBeLessThan(most);
      }
    }
  });
});

it.each(['\ud800', 'a\udc00b', 'a\u0000b', 'a\nb', ''])('%j names nobody upstream', (text) => {
  for (const key of [
    { issuer: text, subject: 'x' },
    { issuer: 'x', subject: text },
  ]) {
    const read = UpstreamAccountKey.safeParse({ kind: 'oidc', ...key });
    expect(read.success && isStorableAccountKey(read.data)).toBe(false);
  }
});

import { cheapestMs } from '../fixtures/cheapest-ms.js';
import { readAccountClaims, readGuest } from './account-claims.js';
import { readTokenGroups } from './token-groups.js';

const size = 100_000;
const units = [
  'a',
  'a.',
  '@',
  'a@',
  '.',
  '-',
  ' ',
  '\t\n',
  '\u0000',
  '0',
  'ä',
  'о',
  '。',
  '\u0301',
  '😀',
  '\ud800',
  '0-',
  'f',
];
const fill = (unit: string) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
const texts = units.flatMap((unit) => [
  fill(unit),
  `${fill(unit)}@contoso.example`,
  `${fill(unit)}!`,
  `x@${fill(unit)}`,
]);
const names = [
  'email',
  'preferred_username',
  'name',
  'given_name',
  'family_name',
  'email_verified',
  'xms_edov',
  'acct',
];

describe('A38: claims of 100 kB', () => {
  it('A38: are mapped in less than 50 ms, and what is too long is left out', () => {
    for (const text of texts) {
      const claims = Object.fromEntries(names.map((name) => [name, text]));
      expect(cheapestMs(() => [readAccountClaims(claims), readGuest(claims)])).toBeLessThan(50);
      expect(readAccountClaims(claims)).toEqual({});
    }
  });

  it('A38: are mapped in less than 50 ms when they are many', () => {
    const claims = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`claim_${index}`, 'value']));
    expect(cheapestMs(() => readAccountClaims({ ...claims, email: 'ada@contoso.example' }))).toBeLessThan(50);
  });

  it('A38: are no groups, which is known in less than 50 ms', () => {
    for (const text of texts) {
      for (const groups of [text, [text], [[text]], { length: 1e9, 0: text }]) {
        expect(cheapestMs(() => readTokenGroups({ groups }))).toBeLessThan(50);
        expect(readTokenGroups({ groups })).toEqual({ kind: 'unusable' });
      }
    }
  });

  it('A38: are read in less than 50 ms when they hold as many groups as fit, or a deep nest', () => {
    const id = (index: number) => `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;
    const groups = Array.from({ length: Math.floor(size / 39) }, (_, index) => id(index));
    expect(cheapestMs(() => readTokenGroups({ groups }))).toBeLessThan(50);
    const nest = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown;
    expect(cheapestMs(() => [readTokenGroups({ groups: nest }), readAccountClaims({ email: nest })])).toBeLessThan(50);
  });
});

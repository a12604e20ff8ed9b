import fc from 'fast-check';
import { codeDigits, judgeCode, mostTries, newCode, readCode, spokenCode, type TriedCode } from './one-time-code.js';

describe('a new code', () => {
  it('has eight digits, zeros in front too, and comes from the random number it is given', () => {
    expect(newCode(() => 42)).toBe('00000042');
    expect(newCode((bound) => bound - 1)).toBe('99999999');
    fc.assert(
      fc.property(fc.nat(99_999_999), (number) => {
        const code = newCode(() => number);
        expect(code).toMatch(new RegExp(`^\\d{${codeDigits}}$`));
        expect(readCode(spokenCode(code))).toBe(code);
      }),
    );
  });
});

describe('a typed code', () => {
  it.each<[string, string | undefined]>([
    ['12345678', '12345678'],
    [' 1234 5678 ', '12345678'],
    ['1234-5678', '12345678'],
    ['１２３４５６７８', '12345678'],
    ['1234567', undefined],
    ['123456789', undefined],
    ['1234567a', undefined],
    ['', undefined],
  ])('%j is read as %s', (typed, code) => {
    expect(readCode(typed)).toBe(code);
  });
});

describe('judging a code', () => {
  const fresh: TriedCode = { expiresAt: 1_000, provedAt: null, wrongTries: 0 };
  it.each<[string, TriedCode | null, boolean, number, string]>([
    ['the right digits in time', fresh, true, 999, 'right'],
    ['other digits in time', fresh, false, 999, 'wrong'],
    ['the right digits at the last try', { ...fresh, wrongTries: mostTries - 1 }, true, 0, 'right'],
    ['the right digits after the last try', { ...fresh, wrongTries: mostTries }, true, 0, 'over'],
    ['the right digits too late', fresh, true, 1_000, 'over'],
    ['the right digits again', { ...fresh, provedAt: 1 }, true, 2, 'over'],
    ['other digits after that', { ...fresh, provedAt: 1 }, false, 2, 'over'],
    ['no code at all', null, false, 0, 'over'],
  ])('%s', (_says, code, matches, now, verdict) => {
    expect(judgeCode(code, matches, now)).toBe(verdict);
  });
});

import fc from 'fast-check';
import { normalizePhone } from './phone.js';
import { normalizeUsername } from './username.js';

const anything = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme', maxLength: 70 }),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,66}$/),
  fc
    .array(fc.constantFrom('I', 'i', 'ı', 'İ', 'ß', 'ẞ', 'ſ', 'K', '\u200B', '\u200D', '\u0301', 'ﬀ', 'ａ', 'a', '-'))
    .map((all) => all.join('')),
);

describe('a username', () => {
  it.each([
    ['RosyRose', 'rosyrose'],
    ['a-', 'a-'],
    ['A_9', 'a_9'],
    ['I1', 'i1'],
    ['z'.repeat(64), 'z'.repeat(64)],
  ])('%j compares as %j', (text, canon) => {
    expect(normalizeUsername(text)).toBe(canon);
  });

  it.each(['', 'a', 'z'.repeat(65), 'a b', ' ab', 'ab\n', 'a.b', 'a@b', 'ada\u0000', '__proto__ ', 'né'])(
    '%j is none',
    (text) => {
      expect(normalizeUsername(text)).toBeUndefined();
    },
  );

  it.each([
    ['a dotless i', 'ıan'],
    ['a dotted capital i', 'İan'],
    ['a sharp s', 'straße'],
    ['a capital sharp s', 'STRAẞE'],
    ['a long s', 'roſe'],
    ['the Kelvin sign', '\u212Aarl'],
    ['a zero-width space', 'ro\u200Bse'],
    ['a zero-width joiner', 'ro\u200Dse'],
    ['a soft hyphen', 'ro\u00ADse'],
    ['a decomposed letter', 'rose\u0301'],
    ['a composed letter', 'ros\u00E9'],
    ['a full-width letter', '\uFF52ose'],
    ['a ligature', '\uFB00oo'],
    ['a Cyrillic look-alike', 'r\u043Ese'],
    ['an override of direction', '\u202Erose'],
  ])('A30: %s is in no name', (_title, text) => {
    expect(normalizeUsername(text)).toBeUndefined();
  });

  it('A30: has one form, which is a name of the same form, and no other text folds into it', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const canon = normalizeUsername(text);
        for (const look of [text.normalize('NFC'), text.normalize('NFKC'), text.toUpperCase(), text.toLowerCase()]) {
          const other = normalizeUsername(look);
          if (canon !== undefined) expect(other).toBe(canon);
        }
        if (canon === undefined) return;
        expect(normalizeUsername(canon)).toBe(canon);
        expect(text).toMatch(/^[\x21-\x7e]+$/);
      }),
    );
  });
});

describe('a phone number', () => {
  it.each([
    ['+49 30 1234567', '+49301234567'],
    ['0049-30-1234567', '+49301234567'],
    ['+1\u00A0415\u2011555\u20110100', '+14155550100'],
  ])('%j is %j', (text, canon) => {
    expect(normalizePhone(text)).toBe(canon);
  });

  it.each([
    '',
    '030 1234567',
    '+0301234567',
    '+49',
    '+49 (0)30 1234567',
    '+1234567890123456',
    '+49x30',
    '٠٠٤٩٣٠١٢٣٤٥٦٧',
  ])('%j is none', (text) => {
    expect(normalizePhone(text)).toBeUndefined();
  });

  it('has one form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(\+|00)[ 0-9-]{5,20}$/)), (text) => {
        const once = normalizePhone(text);
        return once === undefined || normalizePhone(once) === once;
      }),
    );
  });
});

import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { normalizeDomainName } from './domain-name.js';

describe('A29: a domain name has one form', () => {
  it.each([
    ['in capitals', 'CONTOSO.Example', 'contoso.example'],
    ['with an @ in front', '@contoso.example', 'contoso.example'],
    ['with a dot at the end', 'contoso.example.', 'contoso.example'],
    ['with an ideographic dot at the end', 'contoso.example。', 'contoso.example'],
    ['with ideographic dots', 'contoso．example', 'contoso.example'],
    ['in full-width letters', 'ｃｏｎｔｏｓｏ.example', 'contoso.example'],
    ['with a soft hyphen', 'con\u00adtoso.example', 'contoso.example'],
    ['with a zero-width blank', 'con\u200btoso.example', 'contoso.example'],
    ['in letters beyond ASCII', 'BÜCHER.example', 'xn--bcher-kva.example'],
    ['decomposed', 'bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['as its A-label', 'XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['wholly Cyrillic', 'пример.example', 'xn--e1afmkfd.example'],
    ['wholly Greek', 'ΠΑΡΑΔΕΙΓΜΑ.example', 'xn--mxaaaheg2az3al.example'],
    ['in the scripts of Japanese, with Latin letters', 'テストabc日本.example', 'xn--abc-4k4bocn6926g0ec.example'],
    ['with digits and hyphens', 'contoso-2.example', 'contoso-2.example'],
  ])('A29: %s', (_, text, form) => expect(normalizeDomainName(text)).toBe(form));

  it.each([
    ['a Cyrillic о in Latin letters', 'cоntoso.example'],
    ['the same as its A-label', 'xn--cntoso-wqf.example'],
    ['a Greek ο in Latin letters', 'cοntoso.example'],
    ['a Latin a in Cyrillic letters', 'пример-a.example'],
    ['an Armenian օ in Latin letters', 'cօntoso.example'],
    ['Greek and Cyrillic', 'αб.example'],
    ['Hangul and Katakana', '한テ.example'],
    ['Cherokee letters that look like Latin capitals', 'ᏟᎾ.example'],
    ['a right-to-left override', 'con\u202etoso.example'],
    ['an A-label that decodes to nothing', 'xn--a.example'],
    ['an empty label', 'contoso..example'],
    ['two dots at the end', 'contoso.example..'],
    ['one label', 'localhost'],
    ['an address', '127.0.0.1'],
    ['an address in one number', '2130706433'],
    ['an address in hexadecimal', '0x7f.0.0.0x1'],
    ['a port', 'contoso.example:443'],
    ['a path', 'contoso.example/x'],
    ['a user', 'ada@contoso.example'],
  ])('A29: is refused with %s', (_, text) => expect(normalizeDomainName(text)).toBeUndefined());

  it('A29: a subdomain is another name, and so is a name that only begins or ends alike', () => {
    const forms = ['contoso.example', 'mail.contoso.example', 'contoso.example.evil.test', 'xcontoso.example'];
    expect(new Set(forms.map(normalizeDomainName)).size).toBe(forms.length);
  });

  it('A29: normalizing twice is normalizing once, whatever the text', () => {
    const texts = fc.oneof(
      fc.domain(),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }).map((s) => `${s}.example`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const once = normalizeDomainName(text);
        if (once === undefined) return;
        expect(normalizeDomainName(once)).toBe(once);
        expect(normalizeDomainName(`@${once.toUpperCase()}.`)).toBe(once);
        expect(once).toMatch(/^[a-z0-9.-]+$/);
      }),
      { numRuns: 300 },
    );
  });

  it('A29: a name in plain ASCII is what IDNA makes of it', () => {
    const letters = fc.constantFrom(...'abzAZ019-');
    const label = fc.string({ unit: letters, minLength: 1, maxLength: 8 });
    const last = fc.oneof(label, fc.constantFrom('com', 'EXAMPLE', '0x1', '0xA', '7', 'x0'));
    const names = fc.tuple(fc.array(label, { minLength: 1, maxLength: 3 }), last).map(([some, end]) => [...some, end]);
    fc.assert(
      fc.property(names, (labels) => {
        const ascii = domainToASCII(labels.join('.'));
        const isName = ascii.split('.').every((one) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(one));
        const isNumber = /\.\d+$/.test(ascii);
        expect(normalizeDomainName(labels.join('.'))).toBe(isName && !isNumber ? ascii : undefined);
      }),
      { numRuns: 1000 },
    );
  });

  it('A38: takes no time for a text of 100 kB', () => {
    const started = performance.now();
    for (const unit of ['a', 'a.', 'ä', '-', '.', 'о']) normalizeDomainName(unit.repeat(100_000));
    expect(performance.now() - started).toBeLessThan(300);
  });
});

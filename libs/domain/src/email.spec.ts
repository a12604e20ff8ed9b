import fc from 'fast-check';
import { normalizeDomainName } from './domain-name.js';
import { emailDomain, normalizeEmail } from './email.js';

describe('a domain name', () => {
  it.each([
    ['Contoso.Example', 'contoso.example'],
    ['@contoso.example', 'contoso.example'],
    ['contoso.example.', 'contoso.example'],
    [' contoso.example ', 'contoso.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['contoso。example', 'contoso.example'],
  ])('%j is kept as %j', (text, kept) => {
    expect(normalizeDomainName(text)).toBe(kept);
  });

  it.each([
    '',
    'localhost',
    '127.0.0.1',
    '[::1]',
    'a..b',
    '-a.example',
    'a b.example',
    'a.example/x',
    'a@b.example',
    'https://a.example',
    'a.example:443',
    'a_b.example',
    '.example',
    '*.example',
    `${'a'.repeat(64)}.example`,
    '0x7f.1',
  ])('%j is none', (text) => {
    expect(normalizeDomainName(text)).toBeUndefined();
  });

  it('has one form: normalising again changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        const once = normalizeDomainName(text);
        return once === undefined || normalizeDomainName(once) === once;
      }),
    );
  });
});

describe('an email address', () => {
  it.each([
    ['Ada.L@Contoso.EXAMPLE', 'ada.l@contoso.example'],
    [' ada@contoso.example ', 'ada@contoso.example'],
    ['ada+tag@bücher.example', 'ada+tag@xn--bcher-kva.example'],
  ])('%j compares as %j', (text, form) => {
    expect(normalizeEmail(text)).toBe(form);
  });

  it.each(
    [
      '',
      'ada',
      '@contoso.example',
      'ada@',
      'ada@localhost',
      'a b@contoso.example',
      'a@b@contoso.example',
      'ada@contoso.example\n',
      'ada\u200b@contoso.example',
      '"ada"@contoso.example',
      `${'a'.repeat(65)}@contoso.example`,
    ].filter((text) => text.trim() === text),
  )('%j is none', (text) => {
    expect(normalizeEmail(text)).toBeUndefined();
  });

  it('belongs to the domain after its only @', () => {
    expect(emailDomain('victim@contoso.example')).toBe('contoso.example');
    expect(emailDomain('victim@contoso.example@evil.example')).toBeUndefined();
  });

  it('has one form', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (text) => {
        const once = normalizeEmail(text);
        return once === undefined || normalizeEmail(once) === once;
      }),
    );
  });
});

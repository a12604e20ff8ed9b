import type { ConnectionInput } from '@homerealm/contracts';
import { normalizeDomainName } from '@homerealm/domain';
import fc from 'fast-check';
import { normalizeFields as normalizeFieldsOf } from './normalize-fields.js';

const normalizeFields = (given: ConnectionInput) => normalizeFieldsOf(given, 'entra-oauth2');

describe('normalizeFields', () => {
  it.each([
    ['contoso.example', 'contoso.example'],
    ['CONTOSO.Example', 'contoso.example'],
    ['@contoso.example', 'contoso.example'],
    ['contoso.example.', 'contoso.example'],
    ['  contoso.example  ', 'contoso.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['contoso。example', 'contoso.example'],
  ])('stores the home realm domain %j as %j', (given, stored) => {
    expect(normalizeFields({ homeRealmDomains: [given] })).toEqual({
      fields: { homeRealmDomains: [stored] },
      problems: [],
    });
  });

  it('keeps one of two spellings of a domain, in the order given', () => {
    const { fields } = normalizeFields({ homeRealmDomains: ['b.example', 'A.example', '@B.example.', 'a.example'] });
    expect(fields.homeRealmDomains).toEqual(['b.example', 'a.example']);
  });

  it.each([
    '',
    '@',
    'localhost',
    '10.0.0.1',
    'a b.example',
    'ada@contoso.example',
    'https://contoso.example',
    '-.example',
  ])('refuses %j as a home realm domain and says which one it was', (domain) => {
    const { problems } = normalizeFields({ homeRealmDomains: ['good.example', domain] });
    expect(problems).toMatchObject([{ field: 'homeRealmDomains.1', code: 'connection.domain-invalid' }]);
  });

  it('normalizes what is normal to itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string({ unit: 'binary' })), (text) => {
        const once = normalizeDomainName(text);
        if (once !== undefined) expect(normalizeDomainName(once)).toBe(once);
      }),
    );
  });

  it.each([
    ['6F1C2A34-8D5E-4B7A-9C10-2D3E4F5A6B7C', '6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c'],
    ['Contoso.OnMicrosoft.com', 'contoso.onmicrosoft.com'],
  ])('stores the Entra domain %s as %s', (given, stored) => {
    expect(normalizeFields({ entraDomain: given }).fields.entraDomain).toBe(stored);
  });

  it.each(['common', 'organizations', 'consumers', '../x', 'a/b.example', '6f1c2a34'])(
    'refuses %j as an Entra domain',
    (entraDomain) => {
      const { problems } = normalizeFields({ entraDomain });
      expect(problems).toMatchObject([{ field: 'entraDomain', code: 'connection.entra-domain-invalid' }]);
    },
  );

  it('takes null for the default, and leaves alone what is not given', () => {
    const given = { organizationId: null, homeRealmDomains: null, trustScope: null, createUsers: null };
    expect(normalizeFields({ ...given, syncProfile: undefined }).fields).toEqual({
      organizationId: null,
      homeRealmDomains: [],
      trustScope: 'home-realm',
      createUsers: false,
    });
  });

  it.each([
    ['https://LOGIN.microsoftonline.com/', 'https://login.microsoftonline.com'],
    ['https://login.microsoftonline.com:443', 'https://login.microsoftonline.com'],
    ['https://login.microsoftonline.com/common', 'https://login.microsoftonline.com/common'],
    ['https://user@login.microsoftonline.com', 'https://user@login.microsoftonline.com'],
    ['https://login.microsoftonline.com?x', 'https://login.microsoftonline.com?x'],
  ])('reads the authority %s as %s', (given, stored) => {
    expect(normalizeFields({ authority: given }).fields.authority).toBe(stored);
  });
});

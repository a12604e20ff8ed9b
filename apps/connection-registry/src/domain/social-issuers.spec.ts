import fc from 'fast-check';
import { knownIssuers, normalizeIssuer, parseSocialIssuers } from './social-issuers.js';

describe('an issuer', () => {
  it.each([
    ['https://idp.example', 'https://idp.example'],
    ['  https://idp.example  ', 'https://idp.example'],
    ['HTTPS://IDP.Example', 'https://idp.example'],
    ['https://idp.example:443', 'https://idp.example'],
    ['https://idp.example:8443/realms/One', 'https://idp.example:8443/realms/One'],
    ['https://idp.example/', 'https://idp.example/'],
    ['https://idp.example/a/../b/', 'https://idp.example/b/'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
  ])('given as %j is stored as %j', (given, stored) => expect(normalizeIssuer(given)).toBe(stored));

  it.each([
    ['', 'idp.example', 'http://idp.example', 'ftp://idp.example', 'https://', 'https:///x', 'javascript:alert(1)'],
    ['https://idp.example?x=1', 'https://idp.example#x', 'https://idp.example/?', 'https://user@idp.example'],
    ['https://user:pw@idp.example', 'https://idp.example\\@evil.example', 'https://idp.example/a b', 'https://[::1'],
  ])('is not %j, nor %j, …', (...texts) => {
    for (const text of texts) expect([text, normalizeIssuer(text)]).toEqual([text, undefined]);
  });

  it('in normal form stays what it is', () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ['https'] }), (text) => {
        const once = normalizeIssuer(text);
        if (once !== undefined) expect(normalizeIssuer(once)).toBe(once);
      }),
    );
  });
});

describe('the providers the operator names', () => {
  it('are the known ones, unless told otherwise', () => {
    expect(parseSocialIssuers(undefined)).toEqual(knownIssuers);
    expect(parseSocialIssuers('')).toEqual(knownIssuers);
    expect(parseSocialIssuers('google=https://localhost:1/google, github=https://localhost:1/github')).toEqual({
      ...knownIssuers,
      google: 'https://localhost:1/google',
      github: 'https://localhost:1/github',
    });
  });
  it.each(['oidc=https://idp.example', 'google', 'google=http://idp.example', '__proto__=https://idp.example'])(
    'are not read from %j',
    (text) => expect(() => parseSocialIssuers(text)).toThrow(/expected one of|https address/),
  );
});

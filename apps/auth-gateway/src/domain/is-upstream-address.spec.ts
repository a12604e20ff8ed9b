import fc from 'fast-check';
import { isProviderAddress, isUpstreamAddress } from './is-upstream-address.js';

const authority = 'https://login.example';

describe('an address a browser is sent to', () => {
  it.each(['https://login.example/t/oauth2/v2.0/authorize?a=b', 'https://login.example/'])('may be %s', (address) => {
    expect(isUpstreamAddress(address, authority)).toBe(true);
  });

  it.each([
    'http://login.example/',
    'https://login.example.evil.example/',
    'https://evil.example/?https://login.example/',
    'https://user@login.example/',
    'https://login.example@evil.example/',
    'https://login.example:8443/',
    'https://LOGIN.example\\@evil.example/',
    '//login.example/',
    'javascript:alert(1)',
    'https://login.example',
    '',
  ])('A10 may not be %s', (address) => {
    expect(isUpstreamAddress(address, authority)).toBe(false);
  });

  it('A10 leads nowhere but to the authority, whatever a provider’s metadata says', () => {
    const near = fc.constantFrom(
      authority,
      '/',
      '@',
      '\\',
      '.',
      'evil.example',
      ':443',
      '%2f',
      '#',
      '?',
      '..',
      'https:',
    );
    fc.assert(
      fc.property(
        fc.array(near, { maxLength: 8 }).map((parts) => parts.join('')),
        (address) => {
          if (isUpstreamAddress(address, authority)) expect(new URL(address).origin).toBe(authority);
        },
      ),
    );
  });
});

describe('the address of a provider whose hosts nobody lists', () => {
  it.each([
    ['https://accounts.google.com/o/oauth2/v2/auth?x=1', true],
    ['http://accounts.google.com/o/oauth2/v2/auth', false],
    ['https://accounts.google.com@evil.example/', false],
    ['https://a:b@accounts.google.com/', false],
    ['https:\\\\evil.example/', false],
    ['https:/\\evil.example/', false],
    ['HTTPS://accounts.google.com/', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['//evil.example/', false],
    ['', false],
  ])('%j: %s', (address, fits) => expect(isProviderAddress(address)).toBe(fits));
});

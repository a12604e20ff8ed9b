import fc from 'fast-check';
import { isAllowedRedirectUri } from './redirect-uri.js';

describe('a redirect URI', () => {
  it.each([
    'https://shop.example/cb',
    'https://shop.example',
    'https://shop.example:8443/cb?tenant=1',
    'http://localhost:3000/cb',
    'http://127.0.0.1/cb',
    'http://[::1]:8080/cb',
  ])('may be %s', (uri) => expect(isAllowedRedirectUri(uri, false)).toBe(true));

  it.each([
    'http://shop.example/cb',
    'http://localhost.evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://2130706433/cb',
    'https://*.shop.example/cb',
    'https://shop.example/cb#',
    'https://user@shop.example/cb',
    'https://shop.example/a/../cb',
    'https://shop.example/a/%2e%2e/cb',
    'https://shop.example/./cb',
    'https://shop.example/a%2f..%2fcb',
    'https://shop.example\\@evil.example/cb',
    'https:shop.example/cb',
    'https:///shop.example/cb',
    'HTTPS://shop.example/cb',
    'https://SHOP.example/cb',
    'https://shop.example:443/cb',
    ' https://shop.example/cb',
    'https://shop.example/c b',
    'https://shop.example/\n',
    '//shop.example/cb',
    '/cb',
    '',
    'javascript:alert(1)',
    'data:text/html,x',
    'com.example.app:/cb',
  ])('may not be %j', (uri) => expect(isAllowedRedirectUri(uri, false)).toBe(false));

  it('may have a scheme of its own in a native application, when that has a dot', () => {
    expect(isAllowedRedirectUri('com.example.app:/cb', true)).toBe(true);
    for (const uri of [
      'myapp:/cb',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'vbscript:x',
      'http://evil.example/',
    ]) {
      expect(isAllowedRedirectUri(uri, true)).toBe(false);
    }
  });

  it('is https or loopback, has no user and stays what it is when parsed, whatever the text', () => {
    const part = fc.constantFrom(
      'https://',
      'http://',
      'shop.example',
      'localhost',
      '@',
      '/',
      '..',
      '%2e',
      ':80',
      '#',
      '\\',
      '?',
      'a',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        if (!isAllowedRedirectUri(text, false)) return;
        const url = new URL(text);
        expect(url.username + url.password + url.hash).toBe('');
        expect([text, `${text}/`]).toContain(url.href);
        if (url.protocol !== 'https:') expect(['localhost', '127.0.0.1', '[::1]']).toContain(url.hostname);
      }),
      { numRuns: 2_000 },
    );
  });
});

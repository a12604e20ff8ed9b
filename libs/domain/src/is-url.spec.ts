import { isUrl } from './is-url.js';

describe('an address', () => {
  it.each(['https://idp.example', 'https://bücher.example', 'https://примір.example/a?b#c', 'urn:x'])(
    'is %j, however often one asks',
    (text) => {
      let yes = 0;
      for (let times = 0; times < 50_000; times++) if (isUrl(text)) yes++;
      expect(yes).toBe(50_000);
    },
  );

  it.each(['', 'idp.example', '/path', 'https://', 'https://[::1'])('is not %j', (text) =>
    expect(isUrl(text)).toBe(false),
  );
});

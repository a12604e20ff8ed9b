import fc from 'fast-check';
import { redactUpstreamText } from './redact-upstream-text.js';

describe('what a provider says about its own error', () => {
  it('keeps the words, the error number and the ids an admin looks for', () => {
    const text =
      'AADSTS50105: Your administrator has configured the application Contoso to block users. Trace ID: 7f6c1a2b-3d4e-4f50-8a61-b2c3d4e5f600 Timestamp: 2026-01-15 09:30:00Z';
    expect(redactUpstreamText(text)).toBe(text);
  });

  it('A27 takes out emails and tokens', () => {
    const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLXNpZ25hdHVyZQ';
    const said = redactUpstreamText(
      `User ada.lovelace@contoso.example sent ${jwt} and 0.AXoA8pQ~secretSECRET123456789x`,
    );
    expect(said).toBe('User [email] sent [removed] and [removed]');
  });

  it('A55 takes out line breaks and direction marks', () => {
    expect(redactUpstreamText('one\r\ntwo\u202ethree\u2028four\u0000')).toBe('one two three four');
  });

  it('A38 is short and quick, whatever comes', () => {
    expect(redactUpstreamText('a@'.repeat(50_000)).length).toBeLessThanOrEqual(500);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (text) => {
        const said = redactUpstreamText(text);
        expect(said.length).toBeLessThanOrEqual(500);
        expect(said).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});

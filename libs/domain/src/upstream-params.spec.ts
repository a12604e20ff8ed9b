import fc from 'fast-check';
import { isUpstreamParamValue, judgeUpstreamParam } from './upstream-params.js';

describe('judgeUpstreamParam', () => {
  it.each(['prompt', 'login_hint', 'domain_hint', 'ui_locales', 'max_age', 'amr_values', 'acr_values', 'msafed'])(
    'lets %s through',
    (name) => expect(judgeUpstreamParam(name)).toBe('allowed'),
  );

  it.each([
    ...['client_id', 'client_secret', 'redirect_uri', 'state', 'nonce', 'scope', 'response_type', 'response_mode'],
    ...['code', 'code_challenge', 'code_challenge_method', 'code_verifier', 'request', 'request_uri', 'claims'],
    ...['resource', 'grant_type', 'id_token_hint', 'registration', 'RelayState', 'wreply', 'response_anything_new'],
  ])('reserves %s, in any spelling', (name) => {
    expect(judgeUpstreamParam(name)).toBe('reserved');
    expect(judgeUpstreamParam(name.toUpperCase())).toBe('reserved');
  });

  it.each(['', ' prompt', 'prompt ', 'a b', 'a&b', 'a=b', '1a', '__proto__', 'é', 'a\n', 'a'.repeat(65)])(
    'finds %j malformed',
    (name) => expect(judgeUpstreamParam(name)).toBe('malformed'),
  );

  it('never allows a name that would need escaping in a query', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        if (judgeUpstreamParam(name) === 'allowed') expect(encodeURIComponent(name)).toBe(name);
      }),
    );
  });
});

describe('isUpstreamParamValue', () => {
  it.each([
    ['select_account', true],
    ['a b & c', true],
    ['', false],
    ['a\r\nb', false],
    ['\u0000', false],
    ['x'.repeat(257), false],
  ])('%j: %s', (value, expected) => expect(isUpstreamParamValue(value)).toBe(expected));
});

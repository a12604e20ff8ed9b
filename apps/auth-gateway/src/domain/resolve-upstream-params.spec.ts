import { resolveUpstreamParams } from './resolve-upstream-params.js';

describe('the parameters a connection sends upstream', () => {
  it('are fixed texts and values of our own authorize parameters', () => {
    const wanted = { prompt: { value: 'select_account' }, domain_hint: { alias: 'domain_hint' as const } };
    expect(resolveUpstreamParams(wanted, { domain_hint: 'contoso.example', ui_locales: 'de' })).toEqual({
      params: { prompt: 'select_account', domain_hint: 'contoso.example' },
    });
  });

  it('leave out a value that was not sent, or may not travel', () => {
    const wanted = { ui_locales: { alias: 'ui_locales' as const }, prompt: { alias: 'prompt' as const } };
    expect(resolveUpstreamParams(wanted, { prompt: 'a\r\nb' })).toEqual({ params: {} });
    expect(resolveUpstreamParams(wanted, { prompt: 'x'.repeat(300) })).toEqual({ params: {} });
  });

  it.each(['redirect_uri', 'STATE', 'nonce', 'code_challenge', 'response_mode', 'client_id', 'scope', '', 'a b'])(
    'are refused as a whole when one is named %j',
    (name) => {
      expect(resolveUpstreamParams({ [name]: { value: 'x' } }, {})).toEqual({ refusedName: name });
    },
  );

  it('A39 do not read what stands on every object', () => {
    const wanted = { note: { alias: 'constructor' } } as never;
    expect(resolveUpstreamParams(wanted, {})).toEqual({ params: {} });
  });
});

import { departurePage, isPostedAgain, postAgainPage } from './form-pages.js';

const action = '/login/callback/conn_1';
const inputs = (text: string) =>
  [...text.matchAll(/name="(.*?)" value="(.*?)"/g)].map(([, name, value]) => [name, value]);

describe('a provider’s form that is posted again', () => {
  it('goes to our own address with the same fields, and says that it was here', () => {
    const { body } = postAgainPage({ SAMLResponse: 'PHg+', RelayState: 'abc' }, action);
    expect(body.text).toContain(`action="${action}"`);
    expect(inputs(body.text)).toEqual([
      ['SAMLResponse', 'PHg+'],
      ['RelayState', 'abc'],
      ['posted_again', '1'],
    ]);
  });

  it('carries no token and nothing that no protocol knows', () => {
    const form = { state: 'abc', id_token: 'ey', access_token: 'ey', code_verifier: 'v', ['<b>']: 'x', action: 'x' };
    expect(inputs(postAgainPage(form, action).body.text)).toEqual([
      ['state', 'abc'],
      ['posted_again', '1'],
    ]);
  });

  it('keeps hostile text as text', () => {
    const { body } = postAgainPage({ wresult: '"><script>alert(1)</script>', wctx: "'&<" }, action);
    expect(body.text).not.toContain('<script>');
    expect(body.text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  });

  it('keeps a doubled field doubled, for the refusal', () => {
    expect(inputs(postAgainPage({ wctx: ['a', 'b', 'c'] }, action).body.text)).toEqual([
      ['wctx', 'a'],
      ['wctx', 'b'],
      ['posted_again', '1'],
    ]);
  });

  it.each([{ wresult: 'x'.repeat(524_289) }, { RelayState: 'x'.repeat(4_097) }])(
    'ends where it is too long',
    (form) => {
      const { status, body } = postAgainPage(form, action);
      expect([status, body.text.includes('sign-in.answer-too-large')]).toEqual([413, true]);
      expect(body.text.length).toBeLessThan(1_000);
    },
  );

  it('is not posted a third time, whatever the browser tells', () => {
    expect(isPostedAgain({ wctx: 'a' }, 'cross-site')).toBe(false);
    expect(isPostedAgain({ wctx: 'a' }, undefined)).toBe(false);
    expect(isPostedAgain({ wctx: 'a', posted_again: '1' }, 'cross-site')).toBe(true);
    expect(isPostedAgain({ wctx: 'a' }, 'same-origin')).toBe(true);
  });
});

it('A10: a form to a provider goes where its connector says, with its fields as text', () => {
  const form = { action: 'https://login.example/saml2?a=1&b=2', fields: { SAMLRequest: 'PHg+', RelayState: '"x' } };
  const { text } = departurePage(form).body;
  expect(text).toContain('action="https://login.example/saml2?a=1&amp;b=2"');
  expect(inputs(text)).toEqual([
    ['SAMLRequest', 'PHg+'],
    ['RelayState', '&quot;x'],
  ]);
});

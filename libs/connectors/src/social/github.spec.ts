import { emails, githubClient, octocat, SmallGithub } from '../fixtures/small-github.js';
import { beginRequest, callbackUrl } from '../fixtures/social-bed.js';
import { createUpstreamHttp, type UpstreamHttp } from '../http/upstream-http.js';
import type { CallbackInput, UpstreamOutcome, UpstreamProtocol } from '../upstream-protocol.js';
import type { UpstreamRefusalCode } from '../upstream.errors.js';
import { createGithubProtocol } from './github.js';
import { githubAddresses } from './github-addresses.js';
import type { SocialConnection } from './social-connection.js';

let github: SmallGithub;
let http: UpstreamHttp;
let protocol: UpstreamProtocol<SocialConnection>;
beforeAll(async () => {
  github = await SmallGithub.start();
  const reach = { privateOrigins: [github.origin], ca: github.caPem, timeoutMs: 1_500 };
  http = createUpstreamHttp({ allowedOrigins: 'any-public', ...reach });
  protocol = createGithubProtocol({ http });
});
beforeEach(() => github.reset());
afterAll(async () => {
  await http?.close();
  await github?.close();
});

const connection = (changes: Partial<SocialConnection> = {}): SocialConnection => ({
  ...{
    connectionId: 'conn_1',
    strategy: 'github',
    issuer: github.origin,
    callbackUrl,
    clientId: githubClient.clientId,
  },
  credentials: [{ kind: 'client-secret', value: githubClient.clientSecret }],
  ...changes,
});

async function signIn(
  changes: Partial<SocialConnection> = {},
  arrive: (input: CallbackInput) => CallbackInput = (input) => input,
): Promise<UpstreamOutcome> {
  const { redirectTo, transaction } = await protocol.begin(connection(), beginRequest());
  const input = arrive({ method: 'GET', query: github.signIn(redirectTo) });
  return protocol.complete(connection(changes), transaction, input, { now: new Date() });
}

const claimsOf = async () => {
  const outcome = await signIn();
  if (outcome.outcome !== 'account') throw new Error(outcome.code);
  return outcome.account.claims;
};

it('knows the account by its number, not by its name', async () => {
  const outcome = await signIn();
  expect(outcome).toMatchObject({
    outcome: 'account',
    account: {
      key: { kind: 'oidc', issuer: github.origin, subject: '583231' },
      claims: {
        email: 'octocat@github.example',
        emailVerified: true,
        preferredUsername: 'octocat',
        displayName: 'The Octocat',
      },
    },
  });
  expect(outcome.checks.map(({ code }) => code)).toEqual([
    ...['upstream.callback', 'upstream.state', 'upstream.answer', 'upstream.token-request'],
    ...['upstream.profile', 'upstream.emails', 'upstream.subject'],
  ]);
  github.user = { ...octocat, login: 'renamed' };
  expect(await signIn()).toMatchObject({ account: { key: { subject: '583231' } } });
});

it('speaks to github.com at its own API host, with the key of everybody’s GitHub', () => {
  expect(githubAddresses('https://github.com')).toEqual({
    authorize: 'https://github.com/login/oauth/authorize',
    token: 'https://github.com/login/oauth/access_token',
    user: 'https://api.github.com/user',
    emails: 'https://api.github.com/user/emails?per_page=100',
  });
});

describe('the email', () => {
  it('A3: is the primary one, as verified as GitHub says, and never the one on the public profile', async () => {
    github.emails = [{ ...emails[0] }, { ...emails[1], verified: false }];
    expect(await claimsOf()).toMatchObject({ email: 'octocat@github.example', emailVerified: false });
    github.emails = [{ ...emails[0] }];
    expect(await claimsOf()).not.toHaveProperty('email');
    github.emails = [];
    expect(await claimsOf()).not.toHaveProperty('email');
  });

  it.each(['true', 1, null, undefined, {}])('A3: verified %j is no proof', async (verified) => {
    github.emails = [{ ...emails[1], verified }];
    expect(await claimsOf()).toMatchObject({ email: 'octocat@github.example', emailVerified: false });
  });

  it('is absent when the person did not grant it, and the record says so', async () => {
    github.grantedScope = 'read:user';
    const outcome = await signIn();
    expect(outcome.checks).toContainEqual({
      ...{ code: 'upstream.emails', outcome: 'failed' },
      details: { reason: 'permission-missing', status: 404 },
    });
    expect(outcome.outcome === 'account' && outcome.account.claims).not.toHaveProperty('email');
  });

  it('that GitHub does not tell because it is down ends the sign-in: the person would become somebody else', async () => {
    github.instead['/api/v3/user/emails'] = { status: 502, body: '<html>' };
    expect(await signIn()).toMatchObject({ outcome: 'refused', code: 'upstream.profile-unreachable' });
  });
});

describe('is refused', () => {
  it.each<[string, unknown, UpstreamRefusalCode]>([
    ['no object', [], 'upstream.profile-invalid'],
    ['null', null, 'upstream.profile-invalid'],
    ['HTML', '<html>', 'upstream.profile-invalid'],
    ['without a number', { ...octocat, id: undefined }, 'upstream.profile-invalid'],
    ['with a number that is a text', { ...octocat, id: '583231' }, 'upstream.profile-invalid'],
    ['with half a number', { ...octocat, id: 1.5 }, 'upstream.profile-invalid'],
    ['with a number that two accounts would share', { ...octocat, id: 2 ** 53 }, 'upstream.profile-invalid'],
    ['with a negative number', { ...octocat, id: -1 }, 'upstream.profile-invalid'],
    ['an organization', { ...octocat, type: 'Organization' }, 'upstream.profile-invalid'],
    ['A37: endless', { ...octocat, bio: 'x'.repeat(100_000) }, 'upstream.profile-invalid'],
  ])('a user that is %s', async (_says, user, code) => {
    github.user = user;
    expect(await signIn()).toMatchObject({ outcome: 'refused', code });
  });

  it.each<[string, unknown]>([
    ['an object', {}],
    ['A37: endless', Array.from({ length: 101 }, () => emails[0])],
  ])('a list of emails that is %s', async (_says, list) => {
    github.emails = list;
    expect(await signIn()).toMatchObject({ outcome: 'refused', code: 'upstream.profile-invalid' });
  });

  it('a wrong secret, which GitHub says with status 200', async () => {
    const credentials = [{ kind: 'client-secret' as const, value: 'wrong-secret-of-ours' }];
    const outcome = await signIn({ credentials });
    expect(outcome).toMatchObject({
      code: 'upstream.credentials-refused',
      upstream: { error: 'incorrect_client_credentials' },
    });
    expect(JSON.stringify(outcome)).not.toContain('wrong-secret-of-ours');
    const both = [...credentials, { kind: 'client-secret' as const, value: githubClient.clientSecret }];
    expect((await signIn({ credentials: both })).outcome).toBe('account');
  });

  it('A5: a code of another browser, by its verifier', async () => {
    const stolen = github.signIn((await protocol.begin(connection(), beginRequest())).redirectTo).code;
    const arrive = ({ method, query }: CallbackInput) => ({ method, query: { ...query, code: stolen } });
    expect(await signIn({}, arrive)).toMatchObject({ outcome: 'refused', code: 'upstream.code-refused' });
  });

  it('A4: an answer of another provider or for another connection', async () => {
    const arrive = ({ method, query }: CallbackInput) => ({ method, query: { ...query, iss: 'https://evil.example' } });
    expect(await signIn({}, arrive)).toMatchObject({ code: 'upstream.provider-mismatch' });
    expect(await signIn({ connectionId: 'conn_2' })).toMatchObject({ code: 'upstream.connection-mismatch' });
    expect(github.asked).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no token', { token_type: 'bearer' }],
    ['another kind of token', { access_token: 'gho_x', token_type: 'mac' }],
    ['a token with a line break', { access_token: 'gho_x\r\nx: y', token_type: 'bearer' }],
    ['A39: a token of the prototype', JSON.parse('{"__proto__":{"access_token":"gho_x","token_type":"bearer"}}')],
    ['null', null],
  ])('an answer with %s', async (_says, body) => {
    github.instead['/login/oauth/access_token'] = { body };
    expect(await signIn()).toMatchObject({ code: 'upstream.token-answer-invalid' });
  });

  it('F12: a GitHub that hangs, in time', async () => {
    github.instead['/api/v3/user'] = 'hang';
    expect(await signIn()).toMatchObject({ code: 'upstream.profile-unreachable' });
  });

  it('A25: an issuer that is no public https address', async () => {
    for (const issuer of ['http://github.example', 'https://a:b@github.example', 'file:///x']) {
      await expect(protocol.begin(connection({ issuer }), beginRequest())).rejects.toMatchObject({
        code: 'upstream.address-refused',
      });
    }
    expect(await signIn({ issuer: 'https://10.0.0.1' })).toMatchObject({ code: 'upstream.address-refused' });
  });
});

it('A8: every sign-in has a state and an S256 challenge of its own, and no parameter of ours can be set', async () => {
  const { redirectTo, transaction } = await protocol.begin(
    connection(),
    beginRequest({ prompt: 'select_account' }, 'ada@x.example'),
  );
  const asked = new URL(redirectTo).searchParams;
  expect(Object.fromEntries(asked)).toEqual({
    ...{
      response_type: 'code',
      client_id: githubClient.clientId,
      redirect_uri: callbackUrl,
      scope: 'read:user user:email',
    },
    ...{ state: transaction.state, code_challenge_method: 'S256', prompt: 'select_account' },
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
  });
  const begun = protocol.begin(connection(), beginRequest({ state: 'x' }));
  await expect(begun).rejects.toMatchObject({ code: 'upstream.param-reserved' });
});

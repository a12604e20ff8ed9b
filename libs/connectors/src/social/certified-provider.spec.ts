import { CertifiedProvider, clientAtProvider } from '../fixtures/certified-provider.js';
import { beginRequest, callbackUrl } from '../fixtures/social-bed.js';
import { createUpstreamHttp, type UpstreamHttp } from '../http/upstream-http.js';
import type { UpstreamOutcome } from '../upstream-protocol.js';
import type { SocialConnection } from './social-connection.js';
import { createSocialProtocols, type SocialProtocols } from './social-protocols.js';

const ada = {
  accountId: 'ada-1815',
  claims: {
    email: 'ada@example.com',
    email_verified: true,
    name: 'Ada Lovelace',
    given_name: 'Ada',
    family_name: 'Lovelace',
    picture: 'https://pictures.example/ada.png',
  },
};

type Strategy = Exclude<SocialConnection['strategy'], 'github'>;

describe.each<[string, object, Strategy]>([
  ['google', {}, 'google'],
  ['linkedin', {}, 'linkedin'],
  ['microsoft', {}, 'microsoft'],
  ['any provider', {}, 'oidc'],
  ['a provider that tells the email at its userinfo only', { conformIdTokenClaims: true }, 'oidc'],
])('against an independent provider as %s', (_says, change, strategy) => {
  let provider: CertifiedProvider;
  let http: UpstreamHttp;
  let protocols: SocialProtocols;
  const connection = (): SocialConnection => ({
    ...{ connectionId: 'conn_1', strategy, issuer: provider.origin, callbackUrl, clientId: clientAtProvider.clientId },
    credentials: [{ kind: 'client-secret', value: clientAtProvider.clientSecret }],
  });
  const signIn = async (changes: Partial<SocialConnection> = {}): Promise<UpstreamOutcome> => {
    const { redirectTo, transaction } = await protocols[strategy].begin(connection(), beginRequest());
    const input = { method: 'GET', query: await provider.signIn(redirectTo) };
    return protocols[strategy].complete({ ...connection(), ...changes }, transaction, input, { now: new Date() });
  };

  beforeAll(async () => {
    provider = await CertifiedProvider.start(callbackUrl, change);
    const options = { privateOrigins: [provider.origin], ca: provider.caPem };
    http = createUpstreamHttp({ allowedOrigins: 'any-public', ...options });
    protocols = createSocialProtocols({ http });
  });
  beforeEach(() => {
    provider.person = ada;
  });
  afterAll(async () => {
    await http?.close();
    await provider?.close();
  });

  it('brings the account with its stable key and its claims', async () => {
    const outcome = await signIn();
    expect(outcome).toMatchObject({
      outcome: 'account',
      account: {
        key: { kind: 'oidc', issuer: provider.origin, subject: 'ada-1815' },
        claims: {
          ...{ email: 'ada@example.com', emailVerified: true, displayName: 'Ada Lovelace' },
          ...{ givenName: 'Ada', familyName: 'Lovelace', picture: 'https://pictures.example/ada.png' },
        },
      },
    });
    expect(outcome.checks.map(({ outcome: end }) => end)).not.toContain('failed');
  });

  it.each([
    ['not verified', false, false],
    ['verified in so many letters', 'true', undefined],
    ['not said to be verified', undefined, undefined],
  ])('A3: an email that is %s stays so', async (_case, email_verified, emailVerified) => {
    provider.person = { ...ada, claims: { ...ada.claims, email_verified } };
    const outcome = await signIn();
    const claims = outcome.outcome === 'account' ? outcome.account.claims : undefined;
    expect(claims?.email).toBe('ada@example.com');
    expect(claims?.emailVerified).toBe(emailVerified);
  });

  it('brings an account without an email', async () => {
    provider.person = { accountId: 'nomail', claims: { name: 'No Mail' } };
    const outcome = await signIn();
    expect(outcome).toMatchObject({
      outcome: 'account',
      account: { key: { subject: 'nomail' }, claims: { displayName: 'No Mail' } },
    });
    expect(outcome.outcome === 'account' && outcome.account.claims).not.toHaveProperty('email');
  });

  it('A5: one code signs in once', async () => {
    const { redirectTo, transaction } = await protocols[strategy].begin(connection(), beginRequest());
    const input = { method: 'GET', query: await provider.signIn(redirectTo) };
    const complete = () => protocols[strategy].complete(connection(), transaction, input, { now: new Date() });
    expect((await complete()).outcome).toBe('account');
    expect(await complete()).toMatchObject({ outcome: 'refused', code: 'upstream.code-refused' });
  });

  it('A8: a code with another verifier is refused by the provider', async () => {
    const { redirectTo, transaction } = await protocols[strategy].begin(connection(), beginRequest());
    const input = { method: 'GET', query: await provider.signIn(redirectTo) };
    const other = { ...transaction, codeVerifier: 'x'.repeat(43) };
    const outcome = await protocols[strategy].complete(connection(), other, input, { now: new Date() });
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'upstream.code-refused' });
  });

  it('A4: its answers name it, and one that names it no more is refused', async () => {
    const { redirectTo, transaction } = await protocols[strategy].begin(connection(), beginRequest());
    const { iss, ...query } = await provider.signIn(redirectTo);
    expect(iss).toBe(provider.origin);
    const outcome = await protocols[strategy].complete(
      connection(),
      transaction,
      { method: 'GET', query },
      { now: new Date() },
    );
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'upstream.provider-mismatch' });
  });

  it('tells a wrong secret from everything else', async () => {
    const credentials = [{ kind: 'client-secret' as const, value: 'not-our-secret' }];
    expect(await signIn({ credentials })).toMatchObject({ outcome: 'refused', code: 'upstream.credentials-refused' });
  });

  it('F12: all of these sign-ins read the metadata and the keys once', async () => {
    const [documents, keys] = [provider.count('/.well-known'), provider.count('/jwks')];
    expect([documents, keys]).toEqual([1, 1]);
  });
});

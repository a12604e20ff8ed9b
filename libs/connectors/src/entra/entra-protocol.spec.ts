import { UpstreamAccount } from '@homerealm/domain';
import { createHash } from 'node:crypto';
import { beginRequest, callbackUrl, TestBed } from '../fixtures/test-bed.js';
import { clientId, objectId, tenantId } from '../fixtures/hostile-upstream.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start();
});
beforeEach(() => bed.upstream.reset());
afterAll(() => bed.close());

describe('begin', () => {
  it('sends the person to the authorization endpoint with code, PKCE, state and nonce', async () => {
    const { redirectTo, transaction } = await bed
      .protocol()
      .begin(bed.connection(), beginRequest({}, 'ada@contoso.example'));
    const url = new URL(redirectTo);
    expect(url.origin + url.pathname).toBe(`${bed.upstream.origin}/${tenantId}/oauth2/v2.0/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: clientId,
      redirect_uri: callbackUrl,
      response_type: 'code',
      response_mode: 'query',
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(transaction.codeVerifier).digest('base64url'),
      login_hint: 'ada@contoso.example',
      state: transaction.state,
      nonce: transaction.nonce,
    });
    expect(JSON.parse(JSON.stringify(transaction))).toEqual(transaction);
  });

  it('asks for User.Read only where groups or the extended profile are wanted', async () => {
    const { redirectTo } = await bed.protocol().begin(bed.connection({ getUserGroups: true }), beginRequest());
    expect(new URL(redirectTo).searchParams.get('scope')).toBe('openid profile email User.Read');
  });

  it('gives each sign-in a state, nonce and verifier of its own', async () => {
    const protocol = bed.protocol();
    const begun = await Promise.all([1, 2, 3].map(() => protocol.begin(bed.connection(), beginRequest())));
    const secrets = begun.flatMap(({ transaction: { state, nonce, codeVerifier } }) => [state, nonce, codeVerifier]);
    expect(new Set(secrets).size).toBe(9);
  });

  it('passes the configured parameters on', async () => {
    const { redirectTo } = await bed.protocol().begin(bed.connection(), beginRequest({ prompt: 'select_account' }));
    expect(new URL(redirectTo).searchParams.get('prompt')).toBe('select_account');
  });

  it.each([
    'redirect_uri',
    'client_id',
    'RESPONSE_MODE',
    'response_type',
    'state',
    'nonce',
    'scope',
    'code_challenge',
    'a b',
    '__proto__',
  ])('refuses the parameter %s at use', async (name) => {
    const params = JSON.parse(`{${JSON.stringify(name)}:"x"}`) as Record<string, string>;
    const begun = bed.protocol().begin(bed.connection(), beginRequest(params));
    await expect(begun).rejects.toMatchObject({ code: 'upstream.param-reserved' });
  });

  it('refuses an authority that is not on the list, or with another Graph than the listed one', async () => {
    const { bystanderOrigin } = bed.upstream;
    for (const change of [{ authority: bystanderOrigin }, { graphOrigin: bystanderOrigin }]) {
      await expect(bed.protocol().begin(bed.connection(change), beginRequest())).rejects.toMatchObject({
        code: 'upstream.authority-not-allowed',
      });
    }
    expect(bed.upstream.bystander).toEqual([]);
  });

  it('says that metadata cannot be fetched', async () => {
    bed.upstream.behaviour = { metadata: () => ({ status: 503, body: '<html>' }) };
    await expect(bed.protocol().begin(bed.connection(), beginRequest())).rejects.toMatchObject({
      code: 'upstream.metadata-unreachable',
    });
  });
});

describe('complete', () => {
  it('returns the account the ID token proves, with every check in order', async () => {
    const outcome = await bed.signIn({
      behaviour: {
        claims: (claims) => ({
          ...claims,
          acct: 1,
          xms_edov: '1',
          given_name: ' Ada ',
          evil: 'x',
          tid: tenantId.toUpperCase(),
        }),
      },
    });
    expect(outcome).toMatchObject({
      outcome: 'account',
      account: {
        key: { kind: 'entra', tenantId, objectId },
        pairwiseSubject: 'pairwise-subject-0001',
        guest: true,
        claims: {
          email: 'ada@contoso.example',
          emailDomainOwnerVerified: true,
          preferredUsername: 'ada@contoso.example',
          displayName: 'Ada Example',
          givenName: 'Ada',
        },
      },
    });
    if (outcome.outcome !== 'account') throw new Error('refused');
    expect(UpstreamAccount.parse(outcome.account)).toEqual(outcome.account);
    expect(outcome.account).not.toHaveProperty('groups');
    expect(JSON.stringify(outcome)).not.toContain('evil');
    expect(outcome.checks.every((check) => check.outcome === 'passed')).toBe(true);
    expect(outcome.checks.map(({ code }) => code)).toEqual([
      'upstream.callback',
      'upstream.state',
      'upstream.answer',
      'upstream.metadata',
      'upstream.token-request',
      'upstream.id-token',
      'upstream.signature',
      'upstream.issuer',
      'upstream.audience',
      'upstream.nonce',
      'upstream.tenant',
      'upstream.times',
      'upstream.subject',
      'upstream.library',
    ]);
  });

  it('costs one outgoing request once metadata and keys are known', async () => {
    const protocol = bed.protocol();
    await bed.signIn({ protocol });
    bed.upstream.asked.length = 0;
    expect(await bed.signIn({ protocol })).toMatchObject({ outcome: 'account' });
    expect(bed.upstream.asked.map(({ path }) => path)).toEqual([`/${tenantId}/oauth2/v2.0/token`]);
  });

  it('loads metadata and keys once for twenty sign-ins at the same time', async () => {
    const protocol = bed.protocol();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => bed.signIn({ protocol })));
    expect(outcomes.every(({ outcome }) => outcome === 'account')).toBe(true);
    expect(bed.upstream.count('openid-configuration')).toBe(1);
    expect(bed.upstream.count('discovery')).toBe(1);
  });

  it('accepts a listed tenant through the common endpoint', async () => {
    const outcome = await bed.signIn({
      connection: { useCommonEndpoint: true, allowedTenants: [tenantId.toUpperCase()] },
    });
    expect(outcome).toMatchObject({ outcome: 'account', account: { key: { tenantId } } });
  });

  it('keeps two connections of the same client id apart', async () => {
    const protocol = bed.protocol();
    const [one, two] = [bed.connection(), bed.connection({ connectionId: 'conn_2' })];
    const { redirectTo, transaction } = await protocol.begin(one, beginRequest());
    const { code, state } = bed.upstream.signIn(redirectTo);
    const outcome = await protocol.complete(
      two,
      transaction,
      { method: 'GET', query: { code, state } },
      { now: new Date() },
    );
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'upstream.connection-mismatch' });
    expect(bed.upstream.count('/token')).toBe(0);
  });
});

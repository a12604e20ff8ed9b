import { constants, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import {
  accessToken,
  clientId,
  clientSecret,
  makeKey,
  otherTenantId,
  signRs256,
  strangersKey,
  type Behaviour,
  type Json,
} from '../fixtures/hostile-upstream.js';
import { beginRequest, SocialBed } from '../fixtures/social-bed.js';
import type { CallbackInput } from '../upstream-protocol.js';
import type { UpstreamRefusalCode } from '../upstream.errors.js';
import type { SocialConnection } from './social-connection.js';

let bed: SocialBed;
beforeAll(async () => {
  bed = await SocialBed.start(1_500);
});
beforeEach(() => bed.upstream.reset());
// Whatever a token or a document points to, nobody else is ever asked.
afterEach(() => expect(bed.upstream.bystander).toEqual([]));
afterAll(() => bed.close());

type Row = {
  case: string;
  code: UpstreamRefusalCode;
  behaviour?: Behaviour | (() => Behaviour);
  connection?: Partial<SocialConnection>;
  arrive?: (input: CallbackInput) => CallbackInput;
};

async function expectRefused({ code, behaviour, connection, arrive }: Row): Promise<void> {
  const outcome = await bed.signIn({
    behaviour: typeof behaviour === 'function' ? behaviour() : behaviour,
    connection,
    arrive,
  });
  expect(outcome).toMatchObject({ outcome: 'refused', code });
  expect(outcome.checks.at(-1)).toMatchObject({ outcome: 'failed', details: { code } });
  expect(outcome.checks.filter((check) => check.outcome === 'failed')).toHaveLength(1);
  expect(JSON.stringify(outcome)).not.toContain(clientSecret);
}

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const claims = (changes: Json): Behaviour => ({ claims: (usual) => ({ ...usual, ...changes }) });
const without = (name: string): Behaviour => ({
  claims: (usual) => Object.fromEntries(Object.entries(usual).filter(([claim]) => claim !== name)),
});
const header = (changes: Json): Behaviour => ({ header: (usual) => ({ ...usual, ...changes }) });
const metadata = (changes: Json): Behaviour => ({ metadata: (usual) => ({ body: { ...usual, ...changes } }) });
const query =
  (change: Record<string, string | string[]>) =>
  (input: CallbackInput): CallbackInput => ({ ...input, query: { ...input.query, ...change } });
const publicPem = () => bed.upstream.signWith.publicKey.export({ format: 'pem', type: 'spki' });
const signed = (alg: string, seal: (input: string) => string): Behaviour => ({
  compact: (usual, body) => {
    const input = `${b64({ ...usual, alg })}.${b64(body)}`;
    return `${input}.${seal(input)}`;
  },
});
const hmac = (key: string | Buffer) =>
  signed('HS256', (input) => createHmac('sha256', key).update(input).digest('base64url'));

describe('the callback', () => {
  it.each<Row>([
    { case: 'another state', code: 'upstream.state-mismatch', arrive: query({ state: 'x'.repeat(43) }) },
    { case: 'a repeated state', code: 'upstream.callback-malformed', arrive: query({ state: ['a', 'b'] }) },
    {
      case: 'a token in the front channel',
      code: 'upstream.callback-token-in-front-channel',
      arrive: query({ id_token: 'a.b.c' }),
    },
    { case: 'code and error together', code: 'upstream.callback-malformed', arrive: query({ error: 'server_error' }) },
    {
      case: 'a person who cancelled',
      code: 'upstream.cancelled',
      arrive: ({ method, query: { state } }) => ({ method, query: { state, error: 'access_denied' } }),
    },
    { case: 'a code nobody gave out', code: 'upstream.code-refused', arrive: query({ code: 'never-issued' }) },
  ])('$case is refused with $code', expectRefused);

  it('A4: an answer of another provider is refused by the name it gives itself (RFC 9207)', async () => {
    await expectRefused({
      case: '',
      code: 'upstream.provider-mismatch',
      arrive: query({ iss: 'https://evil.example' }),
    });
    expect(bed.upstream.count('/token')).toBe(0);
  });

  it('A4: a provider that promises to name itself and does not is refused before the code goes anywhere', async () => {
    const behaviour = metadata({ authorization_response_iss_parameter_supported: true });
    await expectRefused({ case: '', code: 'upstream.provider-mismatch', behaviour });
    expect(bed.upstream.count('/token')).toBe(0);
  });

  it('A4: an answer that was meant for another connection is refused, whatever the providers are', async () => {
    const protocol = bed.protocol();
    const { redirectTo, transaction } = await protocol.begin(bed.connection(), beginRequest());
    const { code, state } = bed.upstream.signIn(redirectTo);
    const other = bed.connection({ connectionId: 'conn_2' });
    const outcome = await protocol.complete(
      other,
      transaction,
      { method: 'GET', query: { code, state } },
      { now: new Date() },
    );
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'upstream.connection-mismatch' });
    expect(bed.upstream.count('/token')).toBe(0);
  });

  it('A5: a code of another browser is refused by its verifier, and by its nonce where the provider is careless', async () => {
    const protocol = bed.protocol();
    const stolen = bed.upstream.signIn((await protocol.begin(bed.connection(), beginRequest())).redirectTo).code;
    const arrive = query({ code: stolen });
    expect(await bed.signIn({ protocol, arrive })).toMatchObject({ code: 'upstream.code-refused' });
    const second = bed.upstream.signIn((await protocol.begin(bed.connection(), beginRequest())).redirectTo).code;
    const outcome = await bed.signIn({ protocol, behaviour: { careless: true }, arrive: query({ code: second }) });
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'upstream.nonce-mismatch' });
  });

  it('A8: every sign-in has its own S256 challenge, and its verifier goes to the token endpoint', async () => {
    const protocol = bed.protocol();
    const begun = await Promise.all([1, 2].map(() => protocol.begin(bed.connection(), beginRequest())));
    const asked = begun.map(({ redirectTo }) => new URL(redirectTo).searchParams);
    expect(asked.map((params) => params.get('code_challenge_method'))).toEqual(['S256', 'S256']);
    expect(asked[0]?.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(asked[0]?.get('code_challenge')).not.toBe(asked[1]?.get('code_challenge'));
    await bed.signIn({ protocol });
    expect(bed.upstream.asked.find(({ method }) => method === 'POST')?.form.get('code_verifier')).toMatch(
      /^[\w-]{43}$/,
    );
  });

  it('A8: a provider that publishes no PKCE, or only the plain one, is asked with S256 all the same', async () => {
    for (const code_challenge_methods_supported of [undefined, [], ['plain']]) {
      bed.upstream.behaviour = metadata({ code_challenge_methods_supported });
      const { redirectTo } = await bed.protocol().begin(bed.connection(), beginRequest());
      expect(new URL(redirectTo).searchParams.get('code_challenge_method')).toBe('S256');
    }
  });

  it('refuses a parameter that only we may set', async () => {
    const begun = bed.protocol().begin(bed.connection(), beginRequest({ redirect_uri: 'https://evil.example' }));
    await expect(begun).rejects.toMatchObject({ code: 'upstream.param-reserved' });
  });
});

describe('A13: the signature', () => {
  const { privateKey: p521 } = generateKeyPairSync('ec', { namedCurve: 'P-521' });
  it.each<Row>([
    {
      case: 'alg none',
      code: 'upstream.algorithm-refused',
      behaviour: { compact: (usual, body) => `${b64({ ...usual, alg: 'none' })}.${b64(body)}.` },
    },
    { case: 'alg none with a signature', code: 'upstream.algorithm-refused', behaviour: header({ alg: 'none' }) },
    ...['None', 'nOnE', 'NONE', '', null, ['RS256'], { toString: 'RS256' }].map((alg) => ({
      case: `alg ${JSON.stringify(alg)}`,
      code: 'upstream.algorithm-refused' as const,
      behaviour: header({ alg }),
    })),
    { case: 'HS256 with the RSA public key', code: 'upstream.algorithm-refused', behaviour: () => hmac(publicPem()) },
    { case: 'HS256 with our own secret', code: 'upstream.algorithm-refused', behaviour: hmac(clientSecret) },
    {
      case: 'HS256 although the provider publishes it',
      code: 'upstream.algorithm-refused',
      behaviour: () => ({
        ...hmac(publicPem()),
        ...metadata({ id_token_signing_alg_values_supported: ['HS256', 'RS256'] }),
      }),
    },
    ...['RS384', 'RS512', 'PS256', 'PS512', 'ES256', 'ES512', 'HS512', 'EdDSA'].map((alg) => ({
      case: `${alg}, which the provider does not publish`,
      code: 'upstream.algorithm-refused' as const,
      behaviour: header({ alg }),
    })),
    {
      case: 'PS256 with a key that is published for RS256',
      code: 'upstream.key-unfit',
      behaviour: () => {
        const key = makeKey('rs-only', { alg: 'RS256' });
        bed.upstream.keys = [key];
        const pss = { key: key.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
        return {
          ...metadata({ id_token_signing_alg_values_supported: ['PS256', 'RS256'] }),
          compact: (usual, body) => {
            const input = `${b64({ ...usual, alg: 'PS256', kid: 'rs-only' })}.${b64(body)}`;
            return `${input}.${sign('sha256', Buffer.from(input), pss).toString('base64url')}`;
          },
        };
      },
    },
    {
      case: 'a key for encryption',
      code: 'upstream.key-unfit',
      behaviour: () => {
        bed.upstream.signWith = makeKey('enc', { use: 'enc' });
        bed.upstream.keys = [bed.upstream.signWith];
        return {};
      },
    },
    {
      case: 'a key of 1024 bits',
      code: 'upstream.key-unfit',
      behaviour: () => {
        const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
        const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'short' };
        bed.upstream.signWith = { kid: 'short', privateKey, publicKey, jwk };
        bed.upstream.keys = [bed.upstream.signWith];
        return {};
      },
    },
    {
      case: 'ES256 with a curve of another size',
      code: 'upstream.key-unfit',
      behaviour: () => {
        const made = makeKey('p521');
        bed.upstream.keys = [{ ...made, jwk: { ...p521.export({ format: 'jwk' }), d: undefined, kid: 'p521' } }];
        return {
          ...metadata({ id_token_signing_alg_values_supported: ['ES256'] }),
          ...signed('ES256', (input) =>
            sign('sha256', Buffer.from(input), { key: p521, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
          ),
          header: (usual) => ({ ...usual, kid: 'p521' }),
        };
      },
    },
  ])('$case is refused with $code', expectRefused);

  it.each(['PS256', 'ES256', 'EdDSA'] as const)(
    '%s counts where the provider publishes it with a fit key',
    async (alg) => {
      const pair = {
        PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
        ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
        EdDSA: () => generateKeyPairSync('ed25519'),
      }[alg]();
      const jwk = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'k', alg, use: 'sig' };
      bed.upstream.keys = [{ ...makeKey('k'), jwk }];
      const how = {
        PS256: { key: pair.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 },
        ES256: { key: pair.privateKey, dsaEncoding: 'ieee-p1363' as const },
        EdDSA: pair.privateKey,
      }[alg];
      const behaviour = {
        ...metadata({ id_token_signing_alg_values_supported: [alg] }),
        header: (usual: Json) => ({ ...usual, kid: 'k' }),
        ...signed(alg, (input) =>
          sign(alg === 'EdDSA' ? null : 'sha256', Buffer.from(input), how).toString('base64url'),
        ),
      };
      expect(await bed.signIn({ behaviour })).toMatchObject({ outcome: 'account' });
    },
  );
});

describe('A14: what a header brings along is never used', () => {
  it.each<[string, () => Json, UpstreamRefusalCode]>([
    ['an embedded key', () => ({ jwk: strangersKey.jwk }), 'upstream.signature-invalid'],
    ['the address of a key set', () => ({ jku: `${bed.upstream.bystanderOrigin}/keys` }), 'upstream.signature-invalid'],
    [
      'the address of a certificate',
      () => ({ x5u: `${bed.upstream.bystanderOrigin}/cert` }),
      'upstream.signature-invalid',
    ],
    ['a key id that is a path', () => ({ kid: '../../../../dev/null' }), 'upstream.key-unknown'],
    ['a key id that is SQL', () => ({ kid: "'/**/OR/**/1=1--" }), 'upstream.key-unknown'],
    ['a key id of the prototype', () => ({ kid: '__proto__' }), 'upstream.key-unknown'],
    ['a key id that is an object', () => ({ kid: { a: 1 } }), 'upstream.id-token-malformed'],
    ['an endless key id', () => ({ kid: 'x'.repeat(5_000) }), 'upstream.id-token-malformed'],
    ['a critical header', () => ({ crit: ['exp'], exp: 1 }), 'upstream.id-token-malformed'],
    ['an unencoded payload', () => ({ b64: false, crit: ['b64'] }), 'upstream.id-token-malformed'],
    ['another type', () => ({ typ: 'at+jwt' }), 'upstream.id-token-malformed'],
  ])('%s', async (_says, changes, code) => {
    const compact = (usual: Json, body: Json) => signRs256({ ...usual, ...changes() }, body, strangersKey.privateKey);
    await expectRefused({ case: '', code, behaviour: { compact } });
  });
});

describe('A15: each claim by itself', () => {
  it.each<Row>([
    { case: 'another issuer', code: 'upstream.issuer-mismatch', behaviour: claims({ iss: 'https://evil.example' }) },
    {
      case: 'the issuer with a slash',
      code: 'upstream.issuer-mismatch',
      behaviour: { claims: (usual) => ({ ...usual, iss: `${String(usual['iss'])}/` }) },
    },
    { case: 'no issuer', code: 'upstream.issuer-mismatch', behaviour: without('iss') },
    {
      case: 'an issuer that is a list',
      code: 'upstream.issuer-mismatch',
      behaviour: { claims: (usual) => ({ ...usual, iss: [usual['iss']] }) },
    },
    { case: 'another audience', code: 'upstream.audience-mismatch', behaviour: claims({ aud: 'somebody-else' }) },
    { case: 'no audience', code: 'upstream.audience-mismatch', behaviour: without('aud') },
    {
      case: 'an audience beside ours',
      code: 'upstream.audience-mismatch',
      behaviour: claims({ aud: [clientId, 'other'] }),
    },
    { case: 'handed out to another', code: 'upstream.authorized-party-mismatch', behaviour: claims({ azp: 'other' }) },
    { case: 'no nonce', code: 'upstream.nonce-missing', behaviour: without('nonce') },
    { case: 'another nonce', code: 'upstream.nonce-mismatch', behaviour: claims({ nonce: 'x'.repeat(43) }) },
    {
      case: 'expired',
      code: 'upstream.expired',
      behaviour: claims({ exp: inSeconds(-120), iat: inSeconds(-600), nbf: inSeconds(-600) }),
    },
    { case: 'no expiry', code: 'upstream.times-invalid', behaviour: without('exp') },
    {
      case: 'an expiry that is a text',
      code: 'upstream.times-invalid',
      behaviour: claims({ exp: String(inSeconds(600)) }),
    },
    {
      case: 'an expiry in milliseconds',
      code: 'upstream.times-invalid',
      behaviour: claims({ exp: Date.now() * 1000 }),
    },
    {
      case: 'issued in the future',
      code: 'upstream.issued-in-future',
      behaviour: claims({ iat: inSeconds(600), nbf: inSeconds(0) }),
    },
    { case: 'no time of issue', code: 'upstream.times-invalid', behaviour: without('iat') },
    { case: 'not valid yet', code: 'upstream.not-yet-valid', behaviour: claims({ nbf: inSeconds(600) }) },
    { case: 'a start that is a text', code: 'upstream.times-invalid', behaviour: claims({ nbf: 'now' }) },
    { case: 'no subject', code: 'upstream.subject-missing', behaviour: without('sub') },
    { case: 'an empty subject', code: 'upstream.subject-missing', behaviour: claims({ sub: '' }) },
    { case: 'a subject that is a number', code: 'upstream.subject-missing', behaviour: claims({ sub: 7 }) },
    { case: 'a subject in other letters', code: 'upstream.subject-missing', behaviour: claims({ sub: 'аda' }) },
    { case: 'an endless subject', code: 'upstream.subject-missing', behaviour: claims({ sub: 'x'.repeat(256) }) },
    {
      case: 'another access token’s hash',
      code: 'upstream.access-token-mismatch',
      behaviour: claims({ at_hash: 'x'.repeat(22) }),
    },
    { case: 'a hash that is no text', code: 'upstream.access-token-mismatch', behaviour: claims({ at_hash: 1 }) },
    {
      case: 'a hash without an access token',
      code: 'upstream.access-token-mismatch',
      behaviour: { ...claims({ at_hash: 'x'.repeat(22) }), withoutAccessToken: true },
    },
  ])('$case is refused with $code', expectRefused);

  it('lets clocks differ by less than a minute', async () => {
    const behaviour = claims({ exp: inSeconds(-30), iat: inSeconds(-600), nbf: inSeconds(-600) });
    expect((await bed.signIn({ behaviour })).outcome).toBe('account');
  });
});

describe('A16: the signature counts although the token came over TLS from the provider itself', () => {
  it.each<Row>([
    {
      case: 'signed by a stranger',
      code: 'upstream.signature-invalid',
      behaviour: { compact: (usual, body) => signRs256(usual, body, strangersKey.privateKey) },
    },
    {
      case: 'one byte of the payload changed',
      code: 'upstream.signature-invalid',
      behaviour: () => ({
        compact: (usual, body) => {
          const [head, , seal] = signRs256(usual, body, bed.upstream.signWith.privateKey).split('.');
          return `${head}.${b64({ ...body, sub: 'somebody-else' })}.${seal}`;
        },
      }),
    },
    {
      case: 'without a signature',
      code: 'upstream.signature-invalid',
      behaviour: { compact: (usual, body) => `${b64(usual)}.${b64(body)}.` },
    },
    {
      case: 'four parts',
      code: 'upstream.id-token-malformed',
      behaviour: { compact: (usual, body) => `${b64(usual)}.${b64(body)}.x.y` },
    },
  ])('$case is refused with $code', expectRefused);
});

describe('signing keys', () => {
  it('A17: a rotation is one more read, and the sign-in works', async () => {
    const protocol = bed.protocol();
    await bed.signIn({ protocol });
    bed.upstream.signWith = makeKey('rotated');
    bed.upstream.keys = [bed.upstream.signWith];
    expect((await bed.signIn({ protocol })).outcome).toBe('account');
    expect((await bed.signIn({ protocol })).outcome).toBe('account');
    expect(bed.upstream.count('/discovery/v2.0/keys')).toBe(2);
  });

  it('A17: a rotation by a provider that names no keys is one more read, too', async () => {
    const protocol = bed.protocol();
    const nameless: Behaviour = { header: ({ alg }) => ({ alg }) };
    bed.upstream.keys = [bed.upstream.signWith];
    await bed.signIn({ protocol, behaviour: nameless });
    bed.upstream.signWith = makeKey('rotated');
    bed.upstream.keys = [bed.upstream.signWith];
    expect((await bed.signIn({ protocol, behaviour: nameless })).outcome).toBe('account');
    expect(bed.upstream.count('/discovery/v2.0/keys')).toBe(2);
  });

  it('A18: a thousand unknown key ids are one read in a cooldown, and the old keys stay when it fails', async () => {
    const protocol = bed.protocol();
    await bed.signIn({ protocol });
    bed.upstream.behaviour = { jwks: () => ({ status: 503, body: {} }) };
    let number = 0;
    const flood: Behaviour = {
      ...bed.upstream.behaviour,
      header: (usual) => ({ ...usual, kid: `unknown-${number++}` }),
    };
    // Forty batches: on a busy machine a hundred at a time would time out before they are judged.
    for (let batch = 0; batch < 40; batch++) {
      const outcomes = await Promise.all(Array.from({ length: 25 }, () => bed.signIn({ protocol, behaviour: flood })));
      expect(
        outcomes.every((outcome) => outcome.outcome === 'refused' && outcome.code === 'upstream.key-unknown'),
      ).toBe(true);
    }
    expect(bed.upstream.count('/discovery/v2.0/keys')).toBe(2);
    expect((await bed.signIn({ protocol, behaviour: {} })).outcome).toBe('account');
  }, 60_000);

  it.each<[string, unknown]>([
    ['no list', { keys: 'x' }],
    ['an empty list', { keys: [] }],
    [
      'more keys than any provider has',
      { keys: Array.from({ length: 101 }, (_, n) => ({ kid: String(n), kty: 'RSA' })) },
    ],
    ['null', null],
  ])('A18: a key set that is %s is refused', async (_says, body) => {
    bed.upstream.behaviour = { jwks: () => ({ body }) };
    await expect(bed.protocol().begin(bed.connection(), beginRequest())).rejects.toMatchObject({
      code: 'upstream.keys-invalid',
    });
  });
});

describe('metadata', () => {
  const beginWith = (behaviour: Behaviour, connection: Partial<SocialConnection> = {}) => {
    bed.upstream.behaviour = behaviour;
    return bed.protocol().begin(bed.connection(connection), beginRequest());
  };

  it.each<[string, () => unknown]>([
    ['a stranger', () => 'https://evil.example'],
    ['the issuer with a slash', () => `${bed.issuer}/`],
    ['the issuer in other letters', () => bed.issuer.replace('https:', 'HTTPS:')],
    ['another path of the host', () => bed.issuer.replace(/[^/]+\/v2/, `${otherTenantId}/v2`)],
    ['nobody', () => undefined],
    ['a list of issuers', () => [bed.issuer]],
  ])('A26: that speaks for %s is refused', async (_says, issuer) => {
    await expect(beginWith(metadata({ issuer: issuer() }))).rejects.toMatchObject({
      code: 'upstream.metadata-issuer-mismatch',
    });
  });

  it.each(['token_endpoint', 'authorization_endpoint', 'jwks_uri', 'userinfo_endpoint'])(
    'A25: whose %s is no plain https address is refused',
    async (name) => {
      const code = 'upstream.metadata-endpoint-refused';
      for (const address of [
        'http://127.0.0.1/x',
        'file:///etc/passwd',
        'gopher://127.0.0.1:70/x',
        'https://a:b@x.example/',
        'https://x.example/#y',
      ]) {
        await expect(beginWith(metadata({ [name]: address }))).rejects.toMatchObject({ code });
      }
      await expect(beginWith(metadata({ [name]: 7 }))).rejects.toMatchObject({ code: 'upstream.metadata-invalid' });
    },
  );

  it('A25: whose keys are on a private host is refused before a packet leaves', async () => {
    const jwks_uri = `${bed.upstream.bystanderOrigin}/keys`;
    await expect(beginWith(metadata({ jwks_uri }))).rejects.toMatchObject({ code: 'upstream.address-refused' });
  });

  it('A25: whose token endpoint is on a private host never gets the code', async () => {
    const behaviour = metadata({ token_endpoint: `${bed.upstream.bystanderOrigin}/token` });
    await expectRefused({ case: '', code: 'upstream.address-refused', behaviour });
  });

  it('A25: whose userinfo is on a private host never gets the access token', async () => {
    await expectRefused({ case: '', code: 'upstream.address-refused', behaviour: without('email') });
  });

  it('A25: an issuer on a private host that the operator does not list is refused before a packet leaves', async () => {
    for (const issuer of [
      bed.upstream.bystanderOrigin,
      'https://169.254.169.254',
      'https://[::1]',
      'https://2130706433',
      'http://x.example',
    ]) {
      const begun = beginWith({}, { issuer });
      await expect(begun).rejects.toMatchObject({ code: 'upstream.address-refused' });
    }
  });

  it('A25: a redirect is not followed', async () => {
    const away: Behaviour = {
      metadata: () => ({ status: 302, headers: { location: bed.upstream.bystanderOrigin }, body: {} }),
    };
    await expect(beginWith(away)).rejects.toMatchObject({ code: 'upstream.metadata-invalid' });
    const code = 'upstream.token-answer-invalid';
    await expectRefused({
      case: '',
      code,
      behaviour: { token: () => ({ status: 307, headers: { location: bed.upstream.bystanderOrigin }, body: {} }) },
    });
  });

  it('whose authorization address already holds a parameter of ours is refused', async () => {
    const authorization_endpoint = `${bed.upstream.origin}/authorize?redirect_uri=https://evil.example`;
    await expect(beginWith(metadata({ authorization_endpoint }))).rejects.toMatchObject({
      code: 'upstream.metadata-endpoint-refused',
    });
  });

  it('that publishes no signature we accept is refused', async () => {
    for (const list of [['HS256', 'none'], [], 'RS256']) {
      const begun = beginWith(metadata({ id_token_signing_alg_values_supported: list }));
      await expect(begun).rejects.toMatchObject({ code: 'upstream.metadata-invalid' });
    }
  });

  it('F12: stays good for a day while the provider is down', async () => {
    let now = Date.now();
    const protocol = bed.protocol({ clock: () => now });
    await protocol.begin(bed.connection(), beginRequest());
    const hour = 3_600_000;
    for (const answer of ['hang', 'reset', { status: 500, body: '<html>' }] as const) {
      now += 5 * hour;
      bed.upstream.behaviour = { metadata: () => answer };
      await expect(protocol.begin(bed.connection(), beginRequest())).resolves.toBeDefined();
    }
    now += 24 * hour;
    await expect(protocol.begin(bed.connection(), beginRequest())).rejects.toMatchObject({
      code: 'upstream.metadata-unreachable',
    });
  });

  it('F12: a provider that hangs slows nobody else', async () => {
    const protocol = bed.protocol();
    await protocol.begin(bed.connection(), beginRequest());
    const hanging = bed.issuer.replace(/[^/]+\/v2/, `${otherTenantId}/v2`);
    bed.upstream.behaviour = { metadata: () => 'hang' };
    let over = 0;
    const waiting = Array.from({ length: 20 }, () =>
      protocol.begin(bed.connection({ issuer: hanging }), beginRequest()).catch(() => over++),
    );
    for (let n = 0; n < 10; n++) expect((await bed.signIn({ protocol })).outcome).toBe('account');
    expect(over).toBe(0);
    await Promise.all(waiting);
    expect(over).toBe(20);
  });

  it.each(['hang', 'reset', 'endless', 'trickle'] as const)(
    'F12: a token endpoint that answers with «%s» ends in time',
    async (answer) => {
      const outcome = await bed.signIn({ behaviour: { token: () => answer } });
      expect(outcome.outcome === 'refused' && outcome.code).toMatch(/^upstream\.token-(unreachable|answer-invalid)$/);
    },
  );
});

describe('claims about the person', () => {
  const claimsOf = async (changes: Json) => {
    const outcome = await bed.signIn({ behaviour: claims(changes) });
    if (outcome.outcome !== 'account') throw new Error(outcome.code);
    return outcome.account.claims;
  };

  it.each([true, false])('A3: email_verified %s is what it is', async (email_verified) => {
    expect(await claimsOf({ email: 'ada@x.example', email_verified })).toMatchObject({ emailVerified: email_verified });
  });

  it.each(['true', 'TRUE', 1, '1', {}, [true], null, undefined])(
    'A3: email_verified %j is no proof',
    async (email_verified) => {
      const said = await claimsOf({ email: 'ada@x.example', email_verified });
      expect(said.email).toBe('ada@x.example');
      expect(said.emailVerified).toBeUndefined();
    },
  );

  it('A37: what is too long is left out and not cut', async () => {
    const long = 'x'.repeat(600);
    const said = await claimsOf({
      given_name: long,
      family_name: long,
      name: long,
      picture: `https://x.example/${'x'.repeat(2_100)}`,
    });
    expect(said).toEqual({ email: 'ada@contoso.example', preferredUsername: 'ada@contoso.example' });
  });

  it('A37: thousands of claims, and claims of deep nesting, go by', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`claim${n}`, 'x'.repeat(20)]));
    expect(await claimsOf({ ...many, groups: Array.from({ length: 1_000 }, () => 'g') })).not.toHaveProperty('claim1');
    const deep = JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`) as unknown;
    expect(await claimsOf({ address: deep })).not.toHaveProperty('address');
  });

  it('A37: an answer beyond the limit is refused', async () => {
    await expectRefused({
      case: '',
      code: 'upstream.token-answer-invalid',
      behaviour: claims({ name: 'x'.repeat(300_000) }),
    });
  });

  it('A38: no claim of 100 kB costs more than 50 ms', async () => {
    const { readOidcClaims } = await import('./oidc-claims.js');
    const evil = [
      'a@'.repeat(50_000),
      `${'a'.repeat(99_990)}@x.example`,
      ' '.repeat(100_000),
      `a@${'a.'.repeat(50_000)}`,
      `https://${'a'.repeat(100_000)}`,
    ];
    for (const text of evil) {
      const before = performance.now();
      readOidcClaims({
        email: text,
        name: text,
        given_name: text,
        family_name: text,
        picture: text,
        preferred_username: text,
      });
      expect(performance.now() - before).toBeLessThan(50);
    }
  });

  it('A39: claims named after the prototype change nothing', async () => {
    const compact = (usual: Json, body: Json) => {
      const poisoned = `{"__proto__":{"email":"evil@x.example","email_verified":true,"polluted":1},"constructor":{"prototype":{"polluted":1}},${JSON.stringify(body).slice(1)}`;
      const input = `${b64(usual)}.${Buffer.from(poisoned).toString('base64url')}`;
      return `${input}.${sign('sha256', Buffer.from(input), bed.upstream.signWith.privateKey).toString('base64url')}`;
    };
    const outcome = await bed.signIn({ behaviour: { compact } });
    expect(outcome).toMatchObject({ outcome: 'account', account: { claims: { email: 'ada@contoso.example' } } });
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    'http://x.example/a',
    'javascript:alert(1)',
    'data:text/html,x',
    'https://a:b@x.example/',
    '//x.example',
    7,
  ])('the picture %j is left out', async (picture) =>
    expect(await claimsOf({ picture })).not.toHaveProperty('picture'),
  );

  it('lets no name through that holds what no reader sees', async () => {
    expect(await claimsOf({ name: 'Ada\u0000', given_name: 'A\u0007da', family_name: '\ud800' })).not.toMatchObject({
      displayName: expect.anything(),
    });
  });
});

describe('what the provider says about the person itself', () => {
  const userinfo = (body: unknown, status = 200): Behaviour => ({
    ...without('email'),
    ...metadata({}),
    metadata: (usual) => ({ body: { ...usual, userinfo_endpoint: `${bed.upstream.graphOrigin}/userinfo` } }),
    graph: () => ({ status, body }),
  });

  it('is asked for only when the token holds no email', async () => {
    const body = { sub: 'pairwise-subject-0001', email: 'ada@x.example', email_verified: true, given_name: 'Ada' };
    const outcome = await bed.signIn({ behaviour: userinfo(body) });
    expect(outcome).toMatchObject({
      account: { claims: { email: 'ada@x.example', emailVerified: true, givenName: 'Ada' } },
    });
    expect(bed.upstream.asked.at(-1)?.headers.authorization).toBe(`Bearer ${accessToken}`);
    await bed.signIn({ behaviour: { ...userinfo(body), claims: (usual) => usual } });
    expect(bed.upstream.count('graph:')).toBe(1);
  });

  it.each<[string, unknown, number, UpstreamRefusalCode]>([
    [
      'about somebody else',
      { sub: 'another', email: 'evil@x.example', email_verified: true },
      200,
      'upstream.profile-mismatch',
    ],
    ['about nobody', { email: 'evil@x.example', email_verified: true }, 200, 'upstream.profile-mismatch'],
    ['a list', [], 200, 'upstream.profile-invalid'],
    ['HTML', '<html>', 200, 'upstream.profile-invalid'],
    ['an error', {}, 500, 'upstream.profile-unreachable'],
  ])('A15: when it is %s the sign-in ends', async (_says, body, status, code) => {
    await expectRefused({ case: '', code, behaviour: userinfo(body, status) });
  });

  it('A3: proof of one address never vouches for another: both come from one place', async () => {
    const behaviour = { ...userinfo({ sub: 'pairwise-subject-0001', email: 'ada@x.example' }) };
    const claimsWith: Behaviour['claims'] = ({ email: _email, ...usual }) => ({ ...usual, email_verified: true });
    const outcome = await bed.signIn({ behaviour: { ...behaviour, claims: claimsWith } });
    expect(outcome).toMatchObject({ account: { claims: { email: 'ada@x.example' } } });
    expect(outcome.outcome === 'account' && outcome.account.claims.emailVerified).toBeUndefined();
  });
});

describe('our secrets at the provider', () => {
  const twoSecrets = [
    { kind: 'client-secret' as const, value: 'an-old-secret' },
    { kind: 'client-secret' as const, value: clientSecret },
  ];

  it('are tried in their order, and only when the provider says that the client is not the right one', async () => {
    const secretIn = (header = '') =>
      decodeURIComponent(Buffer.from(header.slice(6), 'base64').toString()).split(':')[1];
    let tokens: Json = {};
    const token: Behaviour['token'] = (usual, { headers }) => {
      // The provider makes a code's tokens once; they are for whoever proves to be the client.
      tokens = 'id_token' in usual ? usual : tokens;
      const known = secretIn(headers.authorization) === clientSecret;
      return known ? { body: tokens } : { status: 401, body: { error: 'invalid_client' } };
    };
    const outcome = await bed.signIn({ connection: { credentials: twoSecrets }, behaviour: { token } });
    expect(outcome.outcome).toBe('account');
    const tried = bed.upstream.asked.filter(({ method }) => method === 'POST');
    expect(tried.map(({ headers }) => secretIn(headers.authorization))).toEqual(['an-old-secret', clientSecret]);
  });

  it('never come out again, whatever the provider echoes', async () => {
    const token: Behaviour['token'] = (_usual, { headers, form }) => ({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: `${headers.authorization} ${form.get('code_verifier')} ${clientSecret}`,
      },
    });
    await expectRefused({ case: '', code: 'upstream.code-refused', behaviour: { token } });
  });

  it('a connection without one is told so', async () => {
    await expectRefused({ case: '', code: 'upstream.credentials-missing', connection: { credentials: [] } });
    const certificate = { kind: 'certificate' as const, privateKeyPem: 'x', certificatePem: 'x' };
    await expectRefused({
      case: '',
      code: 'upstream.credentials-unusable',
      connection: { credentials: [certificate] },
    });
  });
});

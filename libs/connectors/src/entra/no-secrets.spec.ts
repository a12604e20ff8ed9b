import { upstreamErrors } from '../upstream.errors.js';
import type { CallbackInput, UpstreamOutcome, CodeTransaction } from '../upstream-protocol.js';
import { TestBed } from '../fixtures/test-bed.js';
import { aadError, accessToken, clientSecret, type Behaviour } from '../fixtures/hostile-upstream.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start();
});
beforeEach(() => bed.upstream.reset());
afterAll(() => bed.close());

/** A provider that says everything it got back to us, in every field it has. */
const echo: NonNullable<Behaviour['token']> = (usual, { form }) => {
  const all = [...form.values(), ...Object.values(usual).map(String)].join(' ');
  return {
    status: 400,
    body: { ...aadError('invalid_request', 50011, `${all} ${encodeURIComponent(all)}`), error_uri: all },
  };
};

const rows: { case: string; behaviour?: Behaviour; arrive?: (input: CallbackInput) => CallbackInput }[] = [
  { case: 'a sign-in that gets through' },
  { case: 'an error that echoes our whole request', behaviour: { token: echo } },
  {
    case: 'an error whose name is our secret',
    behaviour: {
      token: (_, { form }) => ({
        status: 400,
        body: { error: form.get('client_secret'), error_codes: [form.get('code')] },
      }),
    },
  },
  {
    case: 'an ID token that is refused',
    behaviour: { claims: (claims) => ({ ...claims, aud: accessToken, nonce: clientSecret }) },
  },
  {
    case: 'a token answer that is refused',
    behaviour: { token: (usual) => ({ body: { ...usual, token_type: accessToken } }) },
  },
  {
    case: 'a front-channel error that echoes state',
    arrive: ({ query: { state } }) => ({
      method: 'GET',
      query: { state, error: 'server_error', error_description: `${String(state)} AADSTS50011` },
    }),
  },
  {
    case: 'a failing Graph',
    behaviour: {
      claims: (claims) => ({ ...claims, hasgroups: true }),
      graph: () => ({ status: 403, body: accessToken }),
    },
  },
];

it.each(rows)('$case shows no secret, token or code to anybody', async ({ behaviour = {}, arrive }) => {
  const secrets: string[] = [clientSecret, accessToken, 'canary'];
  const logged: string[] = [];
  const outcome = await withCapturedOutput(logged, () =>
    bed.signIn({
      behaviour: { ...behaviour, token: behaviour.token && keepIdToken(behaviour.token, secrets) },
      connection: { getUserGroups: true, extendedProfile: true },
      arrive: (input, transaction) => {
        secrets.push(...secretsOf(transaction), String(input.query['code']));
        return arrive?.(input) ?? input;
      },
    }),
  );
  const shown = JSON.stringify(outcome) + logged.join('');
  for (const secret of secrets) expect(shown).not.toContain(secret);
  expect(logged.join('')).not.toContain('AzureAD');
});

it('keeps what helps the admin: error, numbers, ids and time', async () => {
  const outcome = await bed.signIn({
    behaviour: { token: () => ({ status: 400, body: aadError('invalid_request', 50011) }) },
  });
  expect(outcome).toMatchObject({
    upstream: {
      error: 'invalid_request',
      aadsts: ['50011'],
      correlationId: '5a5a5a5a-0000-4000-8000-000000000000',
      traceId: '7b7b7b7b-0000-4000-8000-000000000000',
      timestamp: '2026-11-21 10:00:00Z',
      description: expect.stringContaining('told in the provider'),
    },
  });
});

it('reads the ids out of the text of a front-channel error', async () => {
  const { error, error_description } = aadError('login_required', 50058) as {
    error: string;
    error_description: string;
  };
  const outcome = await bed.signIn({
    arrive: ({ query }) => ({ method: 'GET', query: { state: query['state'], error, error_description } }),
  });
  expect(outcome).toMatchObject({
    code: 'upstream.provider-error',
    upstream: {
      error,
      aadsts: ['50058'],
      correlationId: '5a5a5a5a-0000-4000-8000-000000000000',
      timestamp: '2026-11-21 10:00:00Z',
    },
  });
});

it('bounds a description and takes control and direction characters out of it', async () => {
  const error_description = `AADSTS1234\u202e\r\n${'word '.repeat(2_000)}`;
  const outcome: UpstreamOutcome = await bed.signIn({
    arrive: ({ query }) => ({
      method: 'GET',
      query: { state: query['state'], error: 'server_error', error_description },
    }),
  });
  const description = outcome.outcome === 'refused' ? outcome.upstream?.description : undefined;
  expect(description).toMatch(/^AADSTS1234.{480,490}$/);
  expect(description).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

it('says every refusal in a sentence', () => {
  for (const { says } of Object.values(upstreamErrors.table)) expect(says).toMatch(/^[A-Z].*\.$/);
});

function secretsOf({ state, nonce, codeVerifier }: CodeTransaction): string[] {
  return [state, nonce, codeVerifier];
}

function keepIdToken(token: NonNullable<Behaviour['token']>, secrets: string[]): NonNullable<Behaviour['token']> {
  return (usual, asked) => {
    if (typeof usual['id_token'] === 'string') secrets.push(usual['id_token'], usual['id_token'].split('.')[2] ?? '');
    return token(usual, asked);
  };
}

/** The library logs through streams of its own; here they are listened to. */
async function withCapturedOutput<T>(into: string[], work: () => Promise<T>): Promise<T> {
  const streams = [process.stdout, process.stderr].map((stream) => ({ stream, write: stream.write }));
  for (const { stream } of streams) stream.write = (chunk: string | Uint8Array) => into.push(String(chunk)) > 0;
  try {
    return await work();
  } finally {
    for (const { stream, write } of streams) stream.write = write;
  }
}

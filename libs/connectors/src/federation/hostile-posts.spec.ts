import { randomBytes } from 'node:crypto';
import {
  entraNames,
  federationTransaction,
  makeSigningPair,
  MemoryReplays,
  noHttp,
  now,
  samlConnection,
  samlPost,
  samlResponse,
  wsfedConnection,
  wsfedPost,
  wsfedResult,
  type AnswerChanges,
} from './fixtures/identity-provider.js';
import type { FederationConnection, SamlConnection, WsfedConnection } from './federation-connection.js';
import { createSamlProtocol } from './saml/saml-protocol.js';
import { createWsfedProtocol } from './wsfed/wsfed-protocol.js';
import type { CallbackInput, FederationTransaction, UpstreamOutcome } from '../upstream-protocol.js';

const pair = await makeSigningPair();
const other = await makeSigningPair('Other');

type Change = Partial<FederationConnection & { realm: string; entityId: string }>;
type Given = { connection?: Change; transaction?: FederationTransaction; replays?: MemoryReplays; at?: Date };

/** One door, with a new instance of its protocol for each post. */
type Door = {
  strategy: FederationTransaction['strategy'];
  answer(changes?: AnswerChanges): Promise<string>;
  input(xml: string): CallbackInput;
  complete(input: CallbackInput, given?: Given): Promise<UpstreamOutcome>;
  begin(params: Record<string, string>): Promise<unknown>;
};
const options = (replays = new MemoryReplays()) => ({ http: noHttp(), publicHttp: noHttp(), replays });
const beginning = (params: Record<string, string>) => ({
  params,
  redirectUri: entraNames.callbackUrl,
  random: (bytes: number) => randomBytes(bytes),
  now,
});

const wsfed: Door = {
  strategy: 'entra-wsfed',
  answer: async (changes) => wsfedResult(pair, changes),
  input: (xml) => wsfedPost(xml, federationTransaction('entra-wsfed')),
  complete: (input, { connection, transaction, replays, at = now } = {}) =>
    createWsfedProtocol(options(replays)).complete(
      wsfedConnection(pair, connection as Partial<WsfedConnection>),
      transaction ?? federationTransaction('entra-wsfed'),
      input,
      { now: at },
    ),
  begin: (params) => createWsfedProtocol(options()).begin(wsfedConnection(pair), beginning(params)),
};
const saml: Door = {
  strategy: 'entra-saml',
  answer: (changes) => samlResponse(pair, federationTransaction('entra-saml'), changes),
  input: (xml) => samlPost(xml, federationTransaction('entra-saml')),
  complete: (input, { connection, transaction, replays, at = now } = {}) =>
    createSamlProtocol(options(replays)).complete(
      samlConnection(pair, connection as Partial<SamlConnection>),
      transaction ?? federationTransaction('entra-saml'),
      input,
      { now: at },
    ),
  begin: (params) => createSamlProtocol(options()).begin(samlConnection(pair), beginning(params)),
};

const refusedWith = (code: string) => ({ outcome: 'refused', code });
const otherTenant = `https://sts.windows.net/${entraNames.otherTenantId}/`;

describe.each([wsfed, saml])('$strategy', (door) => {
  it('A20: an answer is taken once, whichever instance it is posted to', async () => {
    const input = door.input(await door.answer());
    const replays = new MemoryReplays();
    expect(await door.complete(input, { replays })).toMatchObject({ outcome: 'account' });
    expect(await door.complete(input, { replays })).toMatchObject(refusedWith('upstream.assertion-replayed'));
  });

  it('A20: of many posts of one answer at once, one signs in', async () => {
    const input = door.input(await door.answer());
    const replays = new MemoryReplays();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => door.complete(input, { replays })));
    expect(outcomes.filter(({ outcome }) => outcome === 'account')).toHaveLength(1);
  });

  it('A20: the same assertion in another envelope is the same', async () => {
    const replays = new MemoryReplays();
    await door.complete(door.input(await door.answer()), { replays });
    const again = await door.answer({ envelope: '1.3', response: { id: '_another', issuer: null } });
    expect(await door.complete(door.input(again), { replays })).toMatchObject(
      refusedWith('upstream.assertion-replayed'),
    );
  });

  it('A20: an assertion is remembered until nobody takes it any more', async () => {
    const replays = new MemoryReplays();
    const input = door.input(await door.answer());
    await door.complete(input, { replays });
    const [until] = replays.remembered.values();
    const outcome = await door.complete(input, { at: until ?? now });
    expect(outcome).toMatchObject(refusedWith('upstream.expired'));
  });

  it('A20: nothing is remembered of an answer that is refused', async () => {
    const replays = new MemoryReplays();
    await door.complete(door.input(await door.answer({ assertion: { audience: 'https://other.example' } })), {
      replays,
    });
    expect(replays.remembered.size).toBe(0);
  });

  it('A20: what is remembered names nobody', async () => {
    const replays = new MemoryReplays();
    await door.complete(door.input(await door.answer()), { replays });
    expect([...replays.remembered.keys()].join()).not.toMatch(/ada|contoso|aaaaaaaa/);
  });

  it.each<{ case: string; code: string; given: Given }>([
    {
      case: 'of a sign-in that another connection began',
      code: 'upstream.connection-mismatch',
      given: { connection: { connectionId: 'conn_2' } },
    },
    {
      case: 'whose provider is known by another certificate',
      code: 'upstream.key-unknown',
      given: {
        connection: { metadata: { ...samlConnection(pair).metadata, certificates: [other.certificatePem] } },
      },
    },
    {
      case: 'of the same provider and another application',
      code: 'upstream.audience-mismatch',
      given: { connection: { realm: 'https://two.example', entityId: 'https://two.example' } },
    },
    {
      case: 'of another provider with the same certificate',
      code: 'upstream.issuer-mismatch',
      given: { connection: { metadata: { ...samlConnection(pair).metadata, entityId: otherTenant } } },
    },
    {
      case: 'of another tenant',
      code: 'upstream.tenant-mismatch',
      given: { connection: { tenantId: entraNames.otherTenantId } },
    },
  ])('A33: an answer $case is refused', async ({ code, given }) => {
    const outcome = await door.complete(door.input(await door.answer()), given);
    expect(outcome).toMatchObject(refusedWith(code));
  });

  it('A33: who speaks for no tenant names nobody of one, whatever the assertion says', async () => {
    const accountIssuer = `urn:homerealm:connection:conn_1:${entraNames.issuer}`;
    const outcome = await door.complete(door.input(await door.answer()), {
      connection: { tenantId: null, accountIssuer },
    });
    expect(outcome).toMatchObject({
      outcome: 'account',
      account: { key: { kind: 'oidc', issuer: accountIssuer, subject: 'ada@contoso.example' } },
    });
  });

  it.each([
    [
      'transient',
      { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient' },
      'upstream.subject-transient',
    ],
    ['blank', { nameId: ' ' }, 'upstream.subject-missing'],
    ['missing', { nameId: null }, 'upstream.subject-missing'],
    ['of control characters', { nameId: 'ada\u0085' }, 'upstream.subject-missing'],
    ['of five hundred and thirteen letters', { nameId: 'a'.repeat(513) }, 'upstream.subject-missing'],
  ] as const)('A23: a name that is %s is nobody', async (_, assertion, code) => {
    const outcome = await door.complete(door.input(await door.answer({ assertion })), {
      connection: { tenantId: null },
    });
    expect(outcome).toMatchObject(refusedWith(code));
  });

  it.each(['wtrealm', 'wreply', 'wctx', 'wa', 'wct', 'RelayState', 'SAMLRequest', 'Signature', 'SigAlg'])(
    'A10, A24: an upstream parameter cannot say %s',
    async (name) => {
      const begun = door.begin({ [name]: 'https://attacker.example/' });
      await expect(begun).rejects.toMatchObject({ code: 'upstream.param-reserved' });
    },
  );

  it.each<{ case: string; code: string; change: (input: CallbackInput) => CallbackInput }>([
    { case: 'by GET', code: 'callback-malformed', change: (input) => ({ ...input, method: 'GET' }) },
    {
      case: 'in the query',
      code: 'callback-malformed',
      change: ({ body }) => ({ method: 'POST', query: body as Record<string, string>, body: {} }),
    },
    { case: 'without a body', code: 'callback-malformed', change: () => ({ method: 'POST', query: {} }) },
    {
      case: 'as a list',
      code: 'callback-malformed',
      change: (input) => ({ ...input, body: [input.body] as never }),
    },
    {
      case: 'with each field twice',
      code: 'callback-malformed',
      change: (input) => ({ ...input, body: twice(input.body ?? {}) }),
    },
    {
      case: 'with fields that are objects',
      code: 'callback-malformed',
      change: (input) => ({ ...input, body: mapped(input.body ?? {}, (value) => ({ value })) }),
    },
    { case: 'with another state', code: 'state-mismatch', change: (input) => stated(input, 'x'.repeat(43)) },
    {
      case: 'with the beginning of the state',
      code: 'state-mismatch',
      change: (input) => stated(input, federationTransaction('entra-saml').state.slice(0, -1)),
    },
    { case: 'without a state', code: 'state-missing', change: (input) => stated(input, undefined) },
    { case: 'with an empty state', code: 'state-missing', change: (input) => stated(input, '') },
  ])('A23: a post $case is refused', async ({ code, change }) => {
    const outcome = await door.complete(change(door.input(await door.answer())));
    expect(outcome).toMatchObject(refusedWith(`upstream.${code}`));
  });

  it.each([
    ['of another strategy', { strategy: door === saml ? 'entra-wsfed' : 'entra-saml' }],
    ['without a state', { state: '' }],
    ['without a request', { requestId: '' }],
  ] as const)('A23: a transaction %s is refused', async (_, change) => {
    const transaction = { ...federationTransaction(door.strategy), ...change } as FederationTransaction;
    const outcome = await door.complete(door.input(await door.answer()), { transaction });
    expect(outcome).toMatchObject(refusedWith('upstream.state-mismatch'));
  });
});

const mapped = (body: Record<string, unknown>, made: (value: unknown) => unknown) =>
  Object.fromEntries(Object.entries(body).map(([name, value]) => [name, made(value)]));
const twice = (body: Record<string, unknown>) => mapped(body, (value) => [value, value]);

function stated(input: CallbackInput, state: string | undefined): CallbackInput {
  const names = ['RelayState', 'wctx'].filter((name) => Object.hasOwn(input.body ?? {}, name));
  return { ...input, body: { ...input.body, ...Object.fromEntries(names.map((name) => [name, state])) } };
}

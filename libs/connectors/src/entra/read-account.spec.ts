import type { UpstreamAccount } from '@homerealm/domain';
import type { UpstreamOutcome } from '../upstream-protocol.js';
import { TestBed } from '../fixtures/test-bed.js';
import { objectId, type Behaviour, type Json } from '../fixtures/hostile-upstream.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start();
});
beforeEach(() => bed.upstream.reset());
afterEach(() => expect(bed.upstream.bystander).toEqual([]));
afterAll(() => bed.close());

const groupId = (index: number) => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;
const groupIds = (count: number) => Array.from({ length: count }, (_, index) => groupId(index));
const claims = (changes: Json): Behaviour => ({ claims: (usual) => ({ ...usual, ...changes }) });
const graphGroups =
  (count: number): Behaviour['graph'] =>
  () => ({ body: { value: groupIds(count).map((id) => ({ id })) } });

function accountOf(outcome: UpstreamOutcome): UpstreamAccount {
  if (outcome.outcome === 'refused') throw new Error(`refused: ${outcome.code}`);
  return outcome.account;
}
const signIn = async (behaviour: Behaviour, connection: object) => bed.signIn({ behaviour, connection });
const withGroups = { getUserGroups: true };

describe('groups', () => {
  it.each([1, 200, 201, 999])('come from the token when it lists them (%i)', async (count) => {
    const groups = [...groupIds(count).reverse(), groupId(0).toUpperCase()];
    const outcome = await signIn(claims({ groups }), withGroups);
    expect(accountOf(outcome).groups).toMatchObject({
      completeness: 'complete',
      source: 'token',
      groups: groupIds(count),
    });
    expect(bed.upstream.count('graph:')).toBe(0);
    expect(outcome.checks.at(-1)).toMatchObject({ code: 'upstream.groups', outcome: 'passed', details: { count } });
  });

  it('stay out when the connection does not ask for them', async () => {
    expect(accountOf(await signIn(claims({ groups: groupIds(3) }), {}))).not.toHaveProperty('groups');
  });

  const stranger = () => ({
    _claim_sources: { src1: { endpoint: `${bed.upstream.bystanderOrigin}/users/x/getMemberObjects` } },
  });
  it.each<[string, () => Json]>([
    ['claim names', () => ({ _claim_names: { groups: 'src1' }, ...stranger() })],
    ['hasgroups', () => ({ hasgroups: true })],
    ['both a list and claim names', () => ({ groups: groupIds(2), _claim_names: { groups: 'src1' }, ...stranger() })],
    ['no word about groups', () => ({})],
    ['names in the place of ids', () => ({ groups: ['Domain Users'] })],
    ['groups that are no list', () => ({ groups: 'src1' })],
    ['groups with a null among them', () => ({ groups: [groupId(1), null] })],
  ])('A35: come from Graph when the token has %s, and never from an address in the token', async (_, said) => {
    const outcome = await signIn({ ...claims(said()), graph: graphGroups(250) }, withGroups);
    expect(accountOf(outcome).groups).toMatchObject({
      completeness: 'complete',
      source: 'graph',
      groups: groupIds(250),
    });
  });

  it.each<[string, string, Behaviour]>([
    ['Graph fails', 'graph-forbidden', { ...claims({ hasgroups: true }), graph: () => ({ status: 403 }) }],
    ['Graph hangs', 'graph-timed-out', { ...claims({ hasgroups: true }), graph: () => 'hang' }],
    [
      'there is no access token',
      'graph-permission-missing',
      { ...claims({ hasgroups: true }), withoutAccessToken: true },
    ],
    [
      'the permission was not given',
      'graph-permission-missing',
      { ...claims({ hasgroups: true }), accessScope: 'openid' },
    ],
    ['the token is silent and Graph may not be asked', 'groups-claim-missing', { accessScope: 'openid profile' }],
    [
      'the token lists names and Graph may not be asked',
      'groups-claim-unusable',
      { ...claims({ groups: ['x'] }), accessScope: 7 },
    ],
  ])('A35: are unknown, and the person is signed in, when %s', async (_, reason, behaviour) => {
    const outcome = await signIn(behaviour, withGroups);
    expect(accountOf(outcome).groups).toMatchObject({ completeness: 'unknown', reason });
    expect(outcome.checks.at(-1)).toEqual({ code: 'upstream.groups', outcome: 'failed', details: { reason } });
  });

  it('A35: are none, completely, when the token is silent and Graph says so', async () => {
    const outcome = await signIn({ graph: graphGroups(0) }, withGroups);
    expect(accountOf(outcome).groups).toMatchObject({ completeness: 'complete', source: 'graph', groups: [] });
  });

  it('may be asked for when the provider repeats the scope in its long form, or not at all', async () => {
    for (const accessScope of [`openid https://graph.example/User.Read`, undefined]) {
      const outcome = await signIn({ ...claims({ hasgroups: true }), graph: graphGroups(1), accessScope }, withGroups);
      expect(accountOf(outcome).groups).toMatchObject({ completeness: 'complete' });
    }
  });
});

describe('the extended profile', () => {
  const jpeg = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(1_000, 1)]);
  const person = {
    id: objectId,
    jobTitle: 'Engineer',
    department: 'R&D',
    businessPhones: ['+1', ' '],
    mail: null,
    secretNote: 'x',
    accountEnabled: true,
  };
  const graph =
    (profile: Json, photo: () => object | string = () => ({ body: jpeg })): Behaviour['graph'] =>
    ({ path }) =>
      (path.includes('/photo') ? photo() : { body: profile }) as never;
  const extended = { extendedProfile: true };

  it('brings known fields and the photo', async () => {
    const outcome = await signIn({ graph: graph(person) }, extended);
    expect(accountOf(outcome).claims).toMatchObject({
      extra: { jobTitle: 'Engineer', department: 'R&D', businessPhones: ['+1'], accountEnabled: true },
      picture: `data:image/jpeg;base64,${jpeg.toString('base64')}`,
    });
    expect(JSON.stringify(outcome)).not.toContain('secretNote');
    expect(outcome.checks.slice(-2)).toEqual([
      { code: 'upstream.profile', outcome: 'passed', details: { found: true } },
      { code: 'upstream.photo', outcome: 'passed', details: { found: true } },
    ]);
  });

  it('takes the small photo when the original is too large', async () => {
    const outcome = await signIn(
      {
        graph: ({ path }) => {
          if (path.includes('/photo/')) return { body: Buffer.alloc(70_000, 0xff) };
          return path.includes('/photos/240x240/') ? { body: jpeg } : { body: person };
        },
      },
      extended,
    );
    expect(accountOf(outcome).claims.picture).toMatch(/^data:image\/jpeg/);
  });

  it.each<[string, Behaviour['graph'], object[]]>([
    [
      'there is no photo',
      graph(person, () => ({ status: 404 })),
      [{ code: 'upstream.photo', outcome: 'passed', details: { found: false } }],
    ],
    [
      'the photo is a script',
      graph(person, () => ({ headers: { 'content-type': 'image/png' }, body: '<svg onload="x">' })),
      [{ code: 'upstream.photo', outcome: 'failed', details: { reason: 'graph-unreadable' } }],
    ],
    [
      'every photo is too large',
      graph(person, () => ({ body: Buffer.alloc(70_000, 0xff) })),
      [{ code: 'upstream.photo', outcome: 'passed', details: { found: false } }],
    ],
    [
      'the photo hangs',
      graph(person, () => 'hang'),
      [{ code: 'upstream.photo', outcome: 'failed', details: { reason: 'graph-timed-out' } }],
    ],
    [
      'the photo comes a byte now and then',
      graph(person, () => 'trickle'),
      [{ code: 'upstream.photo', outcome: 'failed', details: { reason: 'graph-timed-out' } }],
    ],
    [
      'the photo has no end',
      graph(person, () => 'endless'),
      [{ code: 'upstream.photo', outcome: 'passed', details: { found: false } }],
    ],
    [
      'the photo is throttled for longer than there is time',
      graph(person, () => ({ status: 429, headers: { 'retry-after': '3600' } })),
      [{ code: 'upstream.photo', outcome: 'failed', details: { reason: 'graph-throttled' } }],
    ],
    [
      'the profile is somebody else’s',
      graph({ ...person, id: groupId(1) }),
      [{ code: 'upstream.profile', outcome: 'failed', details: { reason: 'graph-other-person' } }],
    ],
    [
      'the profile is a list',
      () => ({ body: [] }),
      [{ code: 'upstream.profile', outcome: 'failed', details: { reason: 'graph-unreadable' } }],
    ],
    [
      'Graph is down',
      () => ({ status: 500 }),
      [{ code: 'upstream.profile', outcome: 'failed', details: { reason: 'graph-unreachable' } }],
    ],
  ])('does not stop the sign-in when %s', async (_, answers, expected) => {
    const started = performance.now();
    const outcome = await signIn({ graph: answers }, extended);
    expect(outcome.outcome).toBe('account');
    // The budget of the bed, and the rest of a sign-in on a busy machine.
    expect(performance.now() - started).toBeLessThan(2_500 + 2_500);
    expect(outcome.checks).toEqual(expect.arrayContaining(expected));
  });

  it('asks groups, profile and photo at the same time', async () => {
    let open = 0;
    let most = 0;
    const slow: Behaviour['graph'] = async ({ path }) => {
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 100));
      open--;
      if (path.includes('/photo')) return { body: jpeg };
      return { body: path.includes('transitive') ? { value: [] } : person };
    };
    await signIn({ ...claims({ hasgroups: true }), graph: slow }, { ...extended, ...withGroups });
    expect(most).toBe(3);
  });
});

describe('claims', () => {
  it.each<[string, Json]>([
    [
      'far too long',
      { email: `${'a'.repeat(300)}@contoso.example`, name: 'x'.repeat(100_000), given_name: 'y'.repeat(257) },
    ],
    ['no text', { email: {}, name: 5, preferred_username: ['a'], given_name: null, xms_edov: {} }],
    ['no email', { email: 'not an address', xms_edov: true }],
    ['unfit for a database', { name: 'a\u0000b', given_name: '\ud800', family_name: 'a\nb' }],
  ])('that are %s are left out', async (_, changes) => {
    const account = accountOf(await signIn(claims(changes), {}));
    const usual = {
      email: 'ada@contoso.example',
      preferredUsername: 'ada@contoso.example',
      displayName: 'Ada Example',
    };
    for (const [name, value] of Object.entries(account.claims)) expect(usual).toHaveProperty(name, value);
    expect(account.claims.emailDomainOwnerVerified).toBeUndefined();
  });

  it('cannot reach the prototype of anything', async () => {
    const polluted = JSON.parse(
      '{"__proto__":{"polluted":1,"groups":["x"],"hasgroups":true},"constructor":{"prototype":{"polluted":1}}}',
    ) as Json;
    const behaviour: Behaviour = {
      claims: (usual) => Object.assign(Object.create(null) as Json, usual, { constructor: polluted['constructor'] }),
      compact: undefined,
    };
    expect((await signIn(behaviour, {})).outcome).toBe('account');
    expect(({} as Json)['polluted']).toBeUndefined();
  });
});

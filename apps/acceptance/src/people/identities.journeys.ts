import { eventually } from '@homerealm/testing';
import { textOf } from '../client/relying-party.js';
import { oneTimeCodes } from './codes.journeys.js';
import { signInDecisions } from './decision.journeys.js';
import { linksOfPeople } from './links.journeys.js';
import { signInsByPhone } from './phone.journeys.js';
import { suspensions } from './suspension.journeys.js';
import { signInsByUsername } from './username.journeys.js';
import type { World } from './world.js';

type Identity = { identityId: string; type: string; value: string; verified: boolean; primary: boolean };
type Problem = { code?: string };

/** What people sign in with, and whom a sign-in finds. Here they may also come by phone and by username. */
export function identities(world: () => World): void {
  beforeAll(() => allow(world(), { phone: true, username: true }), 60_000);
  afterAll(() => allow(world(), { phone: false, username: false }), 60_000);

  describe('a phone', () => signInsByPhone(world));
  describe('a username', () => signInsByUsername(world));
  describe('one-time codes', () => oneTimeCodes(world));
  describe('the rules of identities', () => identityRules(world));
  describe('the decision', () => signInDecisions(world));
  describe('links', () => linksOfPeople(world));
  describe('a suspended user', () => suspensions(world));
}

/** Changes the policies, and waits until the sign-in page shows it. */
async function allow(world: World, ways: { phone: boolean; username: boolean }): Promise<void> {
  await world.registry('PATCH', '/policies', { ownSignIn: ways });
  await eventually(
    async () => {
      const { url } = await world.party.begin();
      const page = textOf((await world.browser().follow(url, world.redirectUri)).text);
      return page.includes('Email address, username or phone') === ways.phone;
    },
    { timeout: 30_000, says: 'the policies' },
  );
}

function identityRules(world: () => World): void {
  const email = (name: string, verified = true) => ({ type: 'email', email: `${name}@rules.example`, verified });
  const create = async (...wanted: object[]) => {
    const made = await world().directory<{ userId: string; identities: Identity[] }>('POST', '/users', {
      identities: wanted,
    });
    return { ...made, base: `/users/${made.userId}/identities`, first: made.identities[0]?.identityId ?? '' };
  };
  const refusal = async (method: string, path: string, body?: object) => {
    const answer = await world().tryDirectory<Problem>(method, path, body);
    return [answer.status, answer.body?.code];
  };
  const signInBy = async (address: string) => {
    const { answer, begun } = await world().byEmail(world().browser(), address);
    return answer.location ? (await world().redeem(answer, begun)).id : textOf(answer.text);
  };

  it('a new address is added, vouched for, and takes the place of the old one, which is nobody’s then', async () => {
    const { userId, base, first } = await create(email('old'));
    const added = await world().directory<Identity>('POST', base, email('New', false));
    expect(added).toMatchObject({ value: 'New@rules.example', verified: false, primary: false });
    const one = `${base}/${added.identityId}`;
    expect(await refusal('POST', `${one}/make-primary`)).toEqual([409, 'identity.not-verified']);
    await world().directory('POST', `${one}/verify`);
    expect(await signInBy('new@rules.example')).toMatchObject({ sub: userId });
    expect(await refusal('DELETE', `${base}/${first}`)).toEqual([409, 'identity.primary']);
    const { items } = await world().directory<{ items: Identity[] }>('POST', `${one}/make-primary`);
    expect(items.map(({ value, primary }) => [value, primary])).toEqual([
      ['old@rules.example', false],
      ['New@rules.example', true],
    ]);
    expect(await refusal('DELETE', `${base}/${first}`)).toEqual([204, undefined]);
    expect(await world().identitiesOf(userId)).toEqual(['email New@rules.example']);
    expect(await signInBy('old@rules.example')).toContain('What is your name?');
  });

  it('an identity is never edited, and the last one stays', async () => {
    const { userId, base, first } = await create(email('only'));
    for (const method of ['PATCH', 'PUT']) {
      expect((await refusal(method, `${base}/${first}`, email('other')))[0]).toBe(404);
    }
    expect(await refusal('DELETE', `${base}/${first}`)).toEqual([409, 'identity.last']);
    expect(await world().identitiesOf(userId)).toEqual(['email only@rules.example']);
    expect(await signInBy('only@rules.example')).toMatchObject({ sub: userId });
  });

  it('what is proved is one user’s alone; what is only claimed is no obstacle', async () => {
    await create(email('Taken'));
    const { base } = await create(email('claimer'));
    expect(await refusal('POST', base, email('tAKEN'))).toEqual([409, 'identity.email-taken']);
    const claim = await world().directory<Identity>('POST', base, email('taken', false));
    expect(await refusal('POST', `${base}/${claim.identityId}/verify`)).toEqual([409, 'identity.email-taken']);
    expect(await refusal('POST', base, email('CLAIMER'))).toEqual([409, 'identity.duplicate']);
    const nobodys = 'identity_00000000000000000000000000';
    for (const [method, path] of [
      ['DELETE', `${base}/${nobodys}`],
      ['POST', `${base}/${nobodys}/make-primary`],
      ['POST', `${base}/../../etc/verify`],
    ] as const) {
      expect((await refusal(method, path))[0]).toBe(404);
    }
  });

  it('a username keeps the address it is proved by', async () => {
    const { userId, base, identities: both } = await create(email('named'), { type: 'username', username: 'named-1' });
    const of = (wanted: string) => `${base}/${both.find(({ type }) => type === wanted)?.identityId}`;
    expect(await refusal('DELETE', of('email'))).toEqual([409, 'identity.username-needs-email']);
    await world().directory('DELETE', of('username'));
    expect(await world().identitiesOf(userId)).toEqual(['email named@rules.example']);
  });

  it('an enterprise identity stands alone', async () => {
    const connectionId = await world().connectionNamed('contoso');
    const enterprise = { type: 'enterprise', connectionId, email: 'alone@rules.example' };
    const plain = await create(email('plain'));
    expect(await refusal('POST', plain.base, enterprise)).toEqual([409, 'identity.enterprise-exclusive']);
    const waiting = await create(enterprise);
    for (const more of [
      email('beside'),
      { type: 'phone', phone: '+4930777009' },
      { ...enterprise, email: 'b@x.example' },
    ]) {
      expect(await refusal('POST', waiting.base, more)).toEqual([409, 'identity.enterprise-exclusive']);
    }
    expect(await refusal('POST', '/users', { identities: [email('both'), enterprise] })).toEqual([
      ...[409, 'identity.enterprise-exclusive'],
    ]);
    expect(await refusal('DELETE', `${waiting.base}/${waiting.first}`)).toEqual([409, 'identity.last']);
    const { answer } = await world().byEmail(world().browser(), enterprise.email);
    expect(await world().attemptOn(answer)).toMatchObject({ code: 'user.enterprise-only', userId: waiting.userId });
  });
}

import { textOf } from '../client/relying-party.js';
import { Company } from './company.js';
import type { World } from './world.js';

/** The sign-in decision, row by row as the product counts them, with people who were there before. */
export function signInDecisions(world: () => World): void {
  let acme: Company;
  /** Trusted for the company's own domain; makes nobody. */
  let trusted: string;
  /** Makes users, and its word about emails counts for nothing. */
  let doubted: string;
  /** Makes users, and its word counts for its domain. */
  let open: string;
  beforeAll(async () => {
    acme = await Company.found(world(), 'acme.example');
    trusted = await acme.connect('acme', { trustedProvider: true, homeRealmDomains: [acme.domain] });
    doubted = await acme.connect('acme-doubted', { createUsers: true });
    open = await acme.connect('acme-open', { createUsers: true, trustedProvider: true, trustScope: 'any' });
  }, 60_000);

  const create = (...identities: object[]) => world().directory<{ userId: string }>('POST', '/users', { identities });
  const email = (address: string, verified = true) => ({ type: 'email', email: address, verified });
  const byEmail = async (address: string) => {
    const { answer, begun } = await world().byEmail(world().browser(), address);
    return { answer, id: answer.location ? (await world().redeem(answer, begun)).id : null };
  };

  it('A2: 1: an account is known by its key: another address, even somebody’s own, makes nobody else of it', async () => {
    const [vera, walt] = [await acme.hire('vera'), await acme.hire('walt')];
    const [one, other] = [await acme.signIn(open, vera.email), await acme.signIn(open, walt.email)];
    await acme.change(vera, { mail: walt.email, givenName: 'Vera-Maria' });
    const again = await acme.signIn(open, vera.email);
    expect(again.id).toMatchObject({ sub: one.id.sub, email: walt.email });
    expect((await acme.signIn(open, walt.email)).id.sub).toBe(other.id.sub);
  });

  it('2: an imported person is found by the object id alone, whatever their address is by then', async () => {
    const [wanted, namesake] = [await acme.hire('wilma.new'), await acme.hire('wilma.old')];
    const enterprise = { type: 'enterprise', connectionId: trusted, email: namesake.email, objectId: wanted.oid };
    const { userId } = await create({ ...enterprise, objectId: wanted.oid.toUpperCase() });
    expect(await acme.refusal(trusted, namesake.email)).toMatchObject({ code: 'user.not-provisioned' });
    const { id } = await acme.signIn(trusted, wanted.email);
    expect(id).toMatchObject({ sub: userId, email: wanted.email });
    expect(await world().identitiesOf(userId)).toEqual([`enterprise ${wanted.email}`]);
    expect((await acme.signIn(trusted, wanted.email)).id.sub).toBe(userId);
  });

  it('2: an imported person without object id is found by the address, by this connection only', async () => {
    const { email: address } = await acme.hire('xaver');
    const { userId } = await create({ type: 'enterprise', connectionId: trusted, email: address.toUpperCase() });
    const elsewhere = await acme.signIn(doubted, (await acme.hire('yves')).email);
    expect(elsewhere.id.sub).not.toBe(userId);
    expect((await acme.signIn(trusted, address)).id.sub).toBe(userId);
  });

  it('3: the account of their company replaces everything else a user had; who they are, and where, stays', async () => {
    const { email: address } = await acme.hire('paula');
    const { userId } = await create(
      ...[email(address), email('paula@home.example'), { type: 'username', username: 'paula-3' }],
      { type: 'phone', phone: '+4930777003', verified: true },
    );
    const { organizationId } = await world().directory<{ organizationId: string }>('POST', '/organizations', {
      name: 'Paula’s club',
    });
    await world().directory('POST', `/organizations/${organizationId}/members`, { userId });
    await world().directory('PATCH', `/users/${userId}`, { profile: { familyName: 'Kept' } });
    const { id } = await acme.signIn(trusted, address);
    expect(id).toMatchObject({ sub: userId, email: address, email_verified: true });
    expect(await world().identitiesOf(userId)).toEqual([`enterprise ${address}`]);
    const { profile } = await world().userOf(userId);
    expect(profile).toMatchObject({ familyName: 'Kept' });
    const { items } = await world().directory<{ items: object[] }>('GET', `/users/${userId}/organizations`);
    expect(items).toMatchObject([{ organizationId }]);
    const { answer } = await byEmail('paula@home.example');
    expect(textOf(answer.text)).toContain('What is your name?');
    const name = await world().byCode('paula@home.example', () => world().mailbox.codeFor('paula@home.example'));
    expect(textOf(name.answer.text)).toContain('What is your name?');
    const { items: links } = await world().directory<{ items: { replaced: object[] }[] }>(
      'GET',
      `/users/${userId}/links`,
    );
    expect(links).toMatchObject([{ rule: 'verified-email', connectionId: trusted }]);
    expect(links[0]?.replaced).toHaveLength(4);
  });

  it('3: a trusted social account stands beside the address it proves', async () => {
    const address = 'jonas.keller@mail.example';
    const { userId } = await create(email(address));
    await world().simulator.ask('POST', 'social-people', {
      ...{ provider: 'google', givenName: 'Jonas', familyName: 'Keller', email: address, emailVerified: true },
    });
    const { id } = await world().signInAt('google', 'Jonas Keller');
    expect(id.sub).toBe(userId);
    expect(await world().identitiesOf(userId)).toEqual([`email ${address}`, `social ${address}`]);
    expect((await byEmail(address)).id?.sub).toBe(userId);
  });

  it('4: an address that came to somebody else at the company leads to nobody until an admin decides', async () => {
    const before = await acme.hire('shared');
    const { id } = await acme.signIn(open, before.email);
    await acme.dismiss(before);
    await acme.hire('shared');
    for (const connectionId of [open, trusted]) {
      const attempt = await acme.refusal(connectionId, before.email);
      expect(attempt).toMatchObject({ outcome: 'refused', code: 'user.other-enterprise-identity', userId: id.sub });
    }
    const { url } = await world().party.begin({ connection_id: open, login_hint: before.email });
    const page = await world().browser().walk(url, world().redirectUri);
    expect([page.status, textOf(page.text)]).toEqual([403, expect.not.stringMatching(/enterprise|shared|already/)]);
    await world().directory('DELETE', `/users/${id.sub}`);
    expect((await acme.signIn(open, before.email)).id.sub).not.toBe(id.sub);
  });

  it('5: who only claims an address loses it to whoever proves it: by a company, by a provider, by a code', async () => {
    const claimed = async (address: string, name: string) =>
      (await create(email(`${name}@claims.example`), email(address, false))).userId;
    const remains = (userId: string, name: string) =>
      world()
        .identitiesOf(userId)
        .then((left) => expect(left).toEqual([`email ${name}@claims.example`]));

    const { email: works } = await acme.hire('rita');
    const one = await claimed(works, 'one');
    const rita = await acme.signIn(open, works);
    expect(rita.id.sub).not.toBe(one);
    await remains(one, 'one');

    const two = await claimed('kim.blau@mail.example', 'two');
    await world().simulator.ask('POST', 'social-people', {
      ...{ provider: 'google', givenName: 'Kim', familyName: 'Blau' },
      ...{ email: 'kim.blau@mail.example', emailVerified: true },
    });
    const kim = await world().signInAt('google', 'Kim Blau');
    expect(kim.id.sub).not.toBe(two);
    await remains(two, 'two');

    const three = await claimed('uwe@mail.example', 'three');
    const browser = world().browser();
    const { answer: form, begun } = await world().byEmail(browser, 'uwe@mail.example');
    const back = await browser.follow(form.url, world().redirectUri, { givenName: 'Uwe' });
    expect((await world().redeem(back, begun)).id.sub).not.toBe(three);
    await remains(three, 'three');
  });

  it('5: who has nothing but a claim is who proves it by a code; somebody else’s by then, it signs nobody in', async () => {
    const { userId } = await create(email('only.claim@mail.example', false));
    expect((await byEmail('only.claim@mail.example')).id).toMatchObject({ sub: userId, email_verified: true });
    expect((await world().userOf(userId)).identities).toMatchObject([{ verified: true, primary: true }]);

    const address = 'kurt.rot@mail.example';
    const dormant = await create(email(address, false));
    await world().simulator.ask('POST', 'social-people', {
      ...{ provider: 'google', givenName: 'Kurt', familyName: 'Rot', email: address, emailVerified: true },
    });
    const { id } = await world().signInAt('google', 'Kurt Rot');
    expect(id.sub).not.toBe(dormant.userId);
    expect((await world().userOf(dormant.userId)).identities).toMatchObject([{ value: address, verified: false }]);
    expect((await byEmail(address)).id?.sub).toBe(id.sub);
  });

  it('6: an address that nobody vouches for makes a user of its own: of a company, and of a provider', async () => {
    const address = 'sven.6@mail.example';
    const sven = await create(email(address));
    const { id } = await acme.signIn(doubted, (await acme.hire('sven', { mail: address })).email);
    expect(id).toMatchObject({ email: address, email_verified: false });
    expect(id.sub).not.toBe(sven.userId);
    expect(await world().identitiesOf(id.sub)).toEqual([`enterprise ${address}`]);
    expect(await world().identitiesOf(sven.userId)).toEqual([`email ${address}`]);
    expect((await byEmail(address)).id?.sub).toBe(sven.userId);

    const tariq = await create(email('tariq.aziz@mail.example'));
    const social = await world().signInAt('linkedin', 'Tariq Aziz');
    expect(social.id.sub).not.toBe(tariq.userId);
    expect(await world().identitiesOf(tariq.userId)).toEqual(['email tariq.aziz@mail.example']);
  });

  it('8: nobody is made where a connection makes nobody', async () => {
    const { email: address } = await acme.hire('zoe');
    const attempt = await acme.refusal(trusted, address);
    expect(attempt).toMatchObject({ outcome: 'refused', code: 'user.not-provisioned', userId: null });
    const found = await world().directory<{ items: object[] }>('GET', `/users?email=${address}`);
    expect(found.items).toEqual([]);
    const { id } = await acme.signIn(open, address);
    expect((await acme.signIn(trusted, address)).id.sub).toBe(id.sub);
  });
}

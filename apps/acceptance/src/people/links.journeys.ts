import { Company } from './company.js';
import type { World } from './world.js';

type Link = { linkId: string; rule: string; proof: string; replaced: { type: string; value: string }[] };
type Preview = { userId: string; outcome: string; linksTo: string | null; replaces: string[]; rule: string };

/** Links to people who were there before: looked at beforehand, and undone. */
export function linksOfPeople(world: () => World): void {
  let company: Company;
  beforeAll(async () => {
    company = await Company.found(world(), 'links.example');
  });

  const create = (...identities: object[]) => world().directory<{ userId: string }>('POST', '/users', { identities });
  const email = (address: string) => ({ type: 'email', email: address, verified: true });

  it('whom a connection would link if it were trusted is told account by account, and nothing changes', async () => {
    const connectionId = await company.connect('links-doubted', { createUsers: true });
    const [both, alone] = [await company.hire('both'), await company.hire('alone')];
    const known = await create(email(both.email), { type: 'username', username: 'both-links' });
    const [one, other] = [
      await company.signIn(connectionId, both.email),
      await company.signIn(connectionId, alone.email),
    ];
    const preview = async (trustedProvider: boolean) => {
      const connection = {
        ...{ connectionId, strategy: 'entra-oauth2', organizationId: null, createUsers: true },
        ...{ autoJoinOrganization: false, trustedProvider, trustScope: 'home-realm', pinnedTenant: true },
        homeRealmDomains: [company.domain],
      };
      const { items } = await world().directory<{ items: Preview[] }>('POST', '/link-preview', { connection });
      return items.sort((a, b) => (a.userId === one.id.sub ? -1 : b.userId === one.id.sub ? 1 : 0));
    };
    expect(await preview(false)).toMatchObject([
      { userId: one.id.sub, outcome: 'separate', linksTo: null, rule: 'not-proven' },
      { userId: other.id.sub, outcome: 'separate', linksTo: null, rule: 'not-proven' },
    ]);
    const [would, wouldNot] = await preview(true);
    expect(would).toMatchObject({ outcome: 'linked', linksTo: known.userId, rule: 'verified-email' });
    expect(would?.replaces.sort()).toEqual(['email', 'username']);
    expect(wouldNot).toMatchObject({ userId: other.id.sub, outcome: 'separate', rule: 'no-such-user' });
    expect((await company.signIn(connectionId, both.email)).id.sub).toBe(one.id.sub);
    expect(await world().identitiesOf(known.userId)).toHaveLength(2);
  });

  it('what the account of a company replaced comes back with the link undone, and it never links again', async () => {
    const settings = { trustedProvider: true, createUsers: true, trustScope: 'any' };
    const connectionId = await company.connect('links-trusted', settings);
    const person = await company.hire('pat');
    const { userId } = await create(email(person.email), email('pat@home.example'));
    expect((await company.signIn(connectionId, person.email)).id.sub).toBe(userId);
    const links = async () => (await world().directory<{ items: Link[] }>('GET', `/users/${userId}/links`)).items;
    const [link] = await links();
    expect(link).toMatchObject({ rule: 'verified-email', proof: 'domain-owner-verified' });
    expect(link?.replaced.map(({ value }) => value).sort()).toEqual(['pat@home.example', person.email]);

    const undo = `/users/${userId}/links/${link?.linkId}/undo`;
    const { newUserId } = await world().directory<{ newUserId: string }>('POST', undo);
    expect(await world().identitiesOf(userId)).toEqual(['email pat@home.example', `email ${person.email}`]);
    expect(await world().identitiesOf(newUserId)).toEqual([`enterprise ${person.email}`]);
    expect((await company.signIn(connectionId, person.email)).id.sub).toBe(newUserId);
    const again = { identities: [email('pat@home.example')] };
    expect(await world().tryDirectory('POST', '/users', again)).toMatchObject({
      body: { code: 'identity.email-taken' },
    });
    expect(await links()).toMatchObject([{ undone: { userId: newUserId } }]);
    expect(await world().tryDirectory('POST', undo)).toMatchObject({ status: 409, body: { code: 'link.undone' } });
  });
}

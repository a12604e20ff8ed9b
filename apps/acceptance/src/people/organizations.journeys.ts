import { eventually } from '@homerealm/testing';
import { textOf } from '../client/relying-party.js';
import { Company } from './company.js';
import type { World } from './world.js';

type Organization = { organizationId: string };

/** Customer companies: who belongs to them, and who gets in. */
export function organizationsApi(world: () => World): void {
  const create = (name: string, more: object = {}) =>
    world().directory<Organization>('POST', '/organizations', { name, ...more });
  const user = async (email: string) =>
    (
      await world().directory<{ userId: string }>('POST', '/users', {
        identities: [{ type: 'email', email, verified: true }],
      })
    ).userId;
  const enter = async (email: string, { organizationId }: Organization) => {
    const { answer, begun } = await world().byEmail(world().browser(), email, { org_code: organizationId });
    return { answer, tokens: answer.location ? await world().redeem(answer, begun) : undefined };
  };
  const refusalOf = async (email: string, organization: Organization) => {
    const { answer } = await enter(email, organization);
    expect([answer.status, textOf(answer.text)]).toEqual([403, expect.not.stringMatching(/member|suspended/i)]);
    return (await world().attemptOn(answer)).code;
  };
  /** What a refresh is refused with, once the gateway has heard of it. */
  const endOf = (first = '') => {
    let token = first;
    const refresh = async () => {
      const { tokens } = await world().party.refresh(token);
      token = tokens.refresh_token ?? token;
    };
    return eventually(() => refresh().catch(({ error }: { error?: string }) => error), {
      says: 'the end of the tokens',
    });
  };
  const membersOf = async ({ organizationId }: Organization, query = '') =>
    world().directory<{ items: { userId: string; by: string }[]; next: string | null }>(
      ...['GET', `/organizations/${organizationId}/members${query}`],
    );

  it('are created, found by the caller’s own key, and changed', async () => {
    const settings = { externalId: 'crm-4711', allowedDomains: ['@Crm.Example.', 'crm.example'] };
    const made = await create('Crm', settings);
    expect(made).toMatchObject({ name: 'Crm', suspended: false, autoJoin: false, allowedDomains: ['crm.example'] });
    const found = await world().directory<{ items: object[] }>('GET', '/organizations?externalId=crm-4711');
    expect(found.items).toEqual([made]);
    expect(
      await world().tryDirectory('POST', '/organizations', { name: 'Other', externalId: 'crm-4711' }),
    ).toMatchObject({
      ...{ status: 409, body: { code: 'organization.external-id-taken', field: 'externalId' } },
    });
    const path = `/organizations/${made.organizationId}`;
    expect(await world().directory('PATCH', path, { name: 'Renamed' })).toEqual({ ...made, name: 'Renamed' });
    expect(await world().directory('GET', path)).toEqual({ ...made, name: 'Renamed' });
  });

  it('let members in, who come and go, and nobody else', async () => {
    const [club, email] = [await create('Club'), 'mo@club.example'];
    const members = `/organizations/${club.organizationId}/members`;
    const userId = await user(email);
    expect(await refusalOf(email, club)).toBe('organization.not-a-member');
    for (let twice = 0; twice < 2; twice++) await world().directory('POST', members, { userId });
    expect((await membersOf(club)).items).toMatchObject([{ userId, by: 'admin' }]);
    const { tokens } = await enter(email, club);
    expect(tokens?.access).toMatchObject({ sub: userId, org_code: club.organizationId });
    await world().directory('DELETE', `${members}/${userId}`);
    expect((await membersOf(club)).items).toEqual([]);
    expect(await refusalOf(email, club)).toBe('organization.not-a-member');
    expect(await endOf(tokens?.tokens.refresh_token)).toBe('invalid_grant');
    expect(await world().tryDirectory('DELETE', `${members}/${userId}`)).toMatchObject({
      ...{ status: 404, body: { code: 'organization.member-not-found' } },
    });
  });

  it('list their members page by page', async () => {
    const crowd = await create('Crowd');
    const made: string[] = [];
    for (let n = 0; n < 3; n++) {
      made.push(await user(`crowd-${n}@club.example`));
      await world().directory('POST', `/organizations/${crowd.organizationId}/members`, { userId: made[n] });
    }
    const first = await membersOf(crowd, '?limit=2');
    const second = await membersOf(crowd, `?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ userId }) => userId)).toEqual(made);
    expect(second.next).toBeNull();
  });

  it('take in by themselves people with a proven address of an allowed domain, also at their sign-up', async () => {
    const open = await create('Open', { autoJoin: true, allowedDomains: ['open.example'] });
    const [known, stranger] = [await user('known@open.example'), await user('other@closed.example')];
    expect((await enter('known@open.example', open)).tokens?.access['org_code']).toBe(open.organizationId);
    expect(await refusalOf('other@closed.example', open)).toBe('organization.not-a-member');
    const subdomain = await user('sub@sub.open.example');
    expect(await refusalOf('sub@sub.open.example', open)).toBe('organization.not-a-member');
    const browser = world().browser();
    const params = { org_code: open.organizationId };
    const { answer: form, begun } = await world().byEmail(browser, 'new@open.example', params);
    const back = await browser.follow(form.url, world().redirectUri, { givenName: 'New' });
    const { id } = await world().redeem(back, begun);
    const { items } = await membersOf(open);
    expect(items).toMatchObject([known, id.sub].map((userId) => ({ userId, by: 'sign-in' })));
    expect(items.map(({ userId }) => userId)).not.toEqual(expect.arrayContaining([stranger, subdomain]));
  });

  it('that are suspended let nobody in: not by a code, not through their connection, not with a token of before', async () => {
    const company = await Company.found(world(), 'paused.example');
    const paused = await create('Paused');
    const settings = { createUsers: true, organizationId: paused.organizationId, autoJoinOrganization: true };
    const connectionId = await company.connect('paused', settings);
    const { email } = await company.hire('pia');
    const { id, tokens, access } = await company.signIn(connectionId, email);
    expect(access['org_code']).toBe(paused.organizationId);
    expect((await membersOf(paused)).items).toMatchObject([{ userId: id.sub, by: 'sign-in' }]);
    const own = await user('own@paused.example');
    await world().directory('POST', `/organizations/${paused.organizationId}/members`, { userId: own });
    expect((await enter('own@paused.example', paused)).tokens).toBeDefined();

    const suspended = (now: boolean) =>
      world().directory('PATCH', `/organizations/${paused.organizationId}`, { suspended: now });
    await suspended(true);
    expect(await company.refusal(connectionId, email)).toMatchObject({ code: 'organization.suspended' });
    expect(await refusalOf('own@paused.example', paused)).toBe('organization.suspended');
    expect(await endOf(tokens.refresh_token)).toBe('invalid_grant');
    const elsewhere = await world().byEmail(world().browser(), 'own@paused.example');
    expect((await world().redeem(elsewhere.answer, elsewhere.begun)).id.sub).toBe(own);

    await suspended(false);
    const back = await eventually(() => company.signIn(connectionId, email).catch(() => undefined), {
      says: 'the way back',
    });
    expect(back.id.sub).toBe(id.sub);
  });
}

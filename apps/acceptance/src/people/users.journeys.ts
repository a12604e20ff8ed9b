import { Management } from '../client/management.js';
import { textOf } from '../client/relying-party.js';
import type { World } from './world.js';

type Found = { userId: string; profile: { givenName: string | null; familyName: string | null } };
type Page = { items: Found[]; next: string | null };
type Problem = { type: string; title: string; status: number; code: string; detail: string; instance: string };

/** The directory as scripts of operators use it. */
export function usersApi(world: () => World): void {
  const create = (name: string, more: object = {}) =>
    world().directory<Found>('POST', '/users', {
      profile: { givenName: name, familyName: 'Apiperson' },
      identities: [{ type: 'email', email: `${name}@api.example`, verified: true }],
      ...more,
    });
  const find = (query: string) => world().directory<Page>('GET', `/users?${query}`);
  const idsOf = ({ items }: Page) => items.map(({ userId }) => userId);

  it('users are created, and found by address, by the beginning of a name, by status', async () => {
    const user = await create('Quirin', { profile: { givenName: ' Quirin ', familyName: 'Zwölfer', picture: null } });
    expect(user).toMatchObject({ status: 'active', profile: { givenName: 'Quirin', familyName: 'Zwölfer' } });
    for (const query of ['email=QUIRIN@api.example', 'q=quir', 'q=zwöl', 'q=ZWÖLF', 'q=quirin@api', 'q=Quirin%20Zw']) {
      expect([query, idsOf(await find(query))]).toEqual([query, [user.userId]]);
    }
    for (const query of [
      'email=quirin@api',
      'q=wölfer',
      "q='%20OR%201=1--",
      'q=%25',
      'q=_uirin',
      'q=quir&status=suspended',
    ]) {
      expect([query, idsOf(await find(query))]).toEqual([query, []]);
    }
    await world().directory('POST', `/users/${user.userId}/suspend`);
    expect(idsOf(await find('q=quir&status=suspended'))).toEqual([user.userId]);
    expect(idsOf(await find('q=quir&status=active'))).toEqual([]);
  });

  it('a cursor goes through all of them, each once, whatever comes and goes meanwhile', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n++)
      made.push((await create(`paged-${n}`, { profile: { familyName: 'Pagesworth' } })).userId);
    const first = await find('q=pagesworth&limit=2');
    await world().directory('DELETE', `/users/${first.items[1]?.userId}`);
    const sixth = await create('paged-5', { profile: { familyName: 'Pagesworth' } });
    const seen = idsOf(first);
    for (let cursor = first.next; cursor !== null;) {
      const page: Page = await find(`q=pagesworth&limit=2&cursor=${encodeURIComponent(cursor)}`);
      expect(page.items.length).toBeGreaterThan(0);
      seen.push(...idsOf(page));
      cursor = page.next;
    }
    expect(seen).toEqual([...made, sixth.userId].sort());
  });

  it('a profile is changed field by field, says where each value is from, and stands in the next token', async () => {
    const { userId } = await create('changed');
    const path = `/users/${userId}`;
    await world().directory('PATCH', path, { profile: { givenName: null, picture: 'https://x.example/p.png' } });
    expect(await world().directory('GET', path)).toMatchObject({
      profile: { givenName: null, familyName: 'Apiperson', picture: 'https://x.example/p.png' },
      profileSources: {
        givenName: { source: 'admin' },
        picture: { source: 'admin', policy: 'admin', connectionId: null },
      },
    });
    const { answer, begun } = await world().byEmail(world().browser(), 'changed@api.example');
    const { id } = await world().redeem(answer, begun);
    expect(id).toMatchObject({ sub: userId, family_name: 'Apiperson', picture: 'https://x.example/p.png' });
    expect(id).not.toHaveProperty('given_name');
  });

  it('a deleted user is gone, and so is everything they could sign in with', async () => {
    const { userId } = await create('deleted');
    await world().directory('DELETE', `/users/${userId}`);
    expect(await world().tryDirectory('GET', `/users/${userId}`)).toMatchObject({ status: 404 });
    expect(idsOf(await find('email=deleted@api.example'))).toEqual([]);
    const { answer } = await world().byEmail(world().browser(), 'deleted@api.example');
    expect(textOf(answer.text)).toContain('What is your name?');
  });

  const nobody = 'user_00000000000000000000000000';
  const email = { type: 'email', email: 'refused@api.example' };
  it.each<[string, string, string, unknown, number, string, string | null]>([
    ['nobody', 'GET', `/users/${nobody}`, undefined, 404, 'user.not-found', null],
    ['an id that is none', 'GET', "/users/'--", undefined, 404, 'user.not-found', null],
    ['nobody’s change', 'PATCH', `/users/${nobody}`, { profile: {} }, 404, 'user.not-found', null],
    ['a user without identity', 'POST', '/users', { identities: [] }, 400, 'request.invalid-field', 'identities'],
    [
      'no address',
      'POST',
      '/users',
      { identities: [{ ...email, email: 'x' }] },
      400,
      'request.invalid-field',
      'identities.0.email',
    ],
    [
      'A41: an id of the caller’s',
      'POST',
      '/users',
      { identities: [email], userId: nobody },
      400,
      'request.unknown-field',
      'userId',
    ],
    [
      'A41: a status of the caller’s',
      'PATCH',
      `/users/${nobody}`,
      { profile: {}, status: 'active' },
      400,
      'request.unknown-field',
      'status',
    ],
    [
      'a script as picture',
      'PATCH',
      `/users/${nobody}`,
      { profile: { picture: 'javascript:1' } },
      400,
      'request.invalid-field',
      'profile.picture',
    ],
    [
      'an organization that is none',
      'POST',
      '/users',
      { identities: [email], organizationId: 'org_00000000000000000000000000' },
      404,
      'organization.not-found',
      'organizationId',
    ],
    ['a filter that is none', 'GET', '/users?sort=name', undefined, 400, 'request.unknown-field', 'sort'],
    ['too large a page', 'GET', '/users?limit=1000', undefined, 400, 'request.invalid-field', 'limit'],
    ['no such route', 'GET', '/persons', undefined, 404, 'request.no-such-route', null],
  ])('problem details for %s', async (_, method, path, body, status, code, field) => {
    const answer = await world().management.call<Problem>(method, `${world().system.urls.directory}${path}`, body);
    expect(answer.type).toMatch(/^application\/problem\+json/);
    expect(answer).toMatchObject({ status, body: { status, code, type: `urn:homerealm:problem:${code}` } });
    expect(answer.body).toMatchObject(field === null ? {} : { field });
    expect([answer.body.title, answer.body.detail, answer.body.instance]).not.toContain(undefined);
  });

  it('a token is needed, and one for what is done', async () => {
    const url = `${world().system.urls.directory}/users`;
    const unknown = await fetch(url);
    expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const reader = await world().gateway<{ id: string; clientSecret: string }>('POST', '/applications', {
      ...{ name: 'Reader', type: 'm2m', scopes: ['users:read'] },
    });
    const management = new Management(world().system.issuer, { ...reader, clientId: reader.id });
    expect(await management.call('GET', url)).toMatchObject({ status: 200 });
    for (const [method, path] of [
      ['POST', '/users'],
      ['DELETE', `/users/${nobody}`],
      ['GET', '/organizations'],
    ] as const) {
      const refused = await management.call(
        method,
        `${world().system.urls.directory}${path}`,
        method === 'POST' ? {} : undefined,
      );
      expect([path, refused]).toMatchObject([path, { status: 403, body: { code: 'token.scope-missing' } }]);
    }
  });
}

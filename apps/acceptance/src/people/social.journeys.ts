import { eventually } from '@homerealm/testing';
import { textOf } from '../client/relying-party.js';
import type { World } from './world.js';

const olgas = 'olga.stern@mail.example';

/** The stand-ins of Google (trusted), LinkedIn and GitHub (both not) that the local run brings along. */
export function socialSignIns(world: () => World): void {
  it('offers them by buttons', async () => {
    const { url } = await world().party.begin();
    const page = textOf((await world().browser().follow(url, world().redirectUri)).text);
    for (const name of ['Google', 'LinkedIn', 'GitHub']) expect(page).toContain(`Continue with ${name}`);
  });

  it('trusted, with a verified email: a user with that email too, who then comes by email and is the same', async () => {
    const { id } = await world().signInAt('google', 'Olga Stern');
    expect(id).toMatchObject({ email: olgas, email_verified: true, given_name: 'Olga', family_name: 'Stern' });
    expect(id).toMatchObject({ ext_provider: { name: 'google' } });
    expect(await world().identitiesOf(id.sub)).toEqual([`email ${olgas}`, `social ${olgas}`]);
    const { answer, begun } = await world().byEmail(world().browser(), olgas);
    expect((await world().redeem(answer, begun)).id.sub).toBe(id.sub);
  });

  it('A3: not trusted, with the very same verified email: somebody else, whose email nobody vouches for', async () => {
    const trusted = await world().signInAt('google', 'Olga Stern');
    const { id } = await world().signInAt('linkedin', 'Olga Stern');
    expect(id.sub).not.toBe(trusted.id.sub);
    expect(id).toMatchObject({ email: olgas, email_verified: false });
    expect(await world().identitiesOf(id.sub)).toEqual([`social ${olgas}`]);
    expect((await world().signInAt('linkedin', 'Olga Stern')).id.sub).toBe(id.sub);
  });

  it('A3: trusted, with an email the provider has not verified: a user without that email', async () => {
    const { id } = await world().signInAt('google', 'Mira Falk');
    expect(id).toMatchObject({ email: 'mira.falk@mail.example', email_verified: false });
    expect(await world().identitiesOf(id.sub)).toEqual(['social mira.falk@mail.example']);
  });

  it('without an email: the person is asked for it, once, and the code proves it', async () => {
    const browser = world().browser();
    const { answer, begun } = await world().choose(browser, 'google', 'Nils Ohne');
    expect(textOf(answer.text)).toContain('What is your email address?');
    const { id } = await world().redeem(await world().proveEmail(browser, answer, 'nils@mail.example'), begun);
    expect(id).toMatchObject({ email: 'nils@mail.example', email_verified: true });
    expect(await world().identitiesOf(id.sub)).toEqual(['email nils@mail.example', 'social -']);
    expect((await world().signInAt('google', 'Nils Ohne')).id.sub).toBe(id.sub);
  });

  it('without an email, not trusted: the email they prove may lead to the user they are', async () => {
    const olga = await world().signInAt('google', 'Olga Stern');
    const browser = world().browser();
    const { answer, begun } = await world().choose(browser, 'github', 'Piet Maas');
    const { id } = await world().redeem(await world().proveEmail(browser, answer, olgas), begun);
    expect(id.sub).toBe(olga.id.sub);
  });

  it('says whom trusting a connection would link, and a link can be undone', async () => {
    const olga = await world().signInAt('google', 'Olga Stern');
    const { items: links } = await world().directory<{ items: { linkId: string; connectionId: string }[] }>(
      'GET',
      `/users/${olga.id.sub}/links`,
    );
    const github = await world().connectionNamed('github');
    const link = links.find(({ connectionId }) => connectionId === github);
    await world().directory('POST', `/users/${olga.id.sub}/links/${link?.linkId}/undo`);
    expect(await world().identitiesOf(olga.id.sub)).toEqual([`email ${olgas}`, `social ${olgas}`]);
    const piet = await world().signInAt('github', 'Piet Maas');
    expect(piet.id.sub).not.toBe(olga.id.sub);
  });

  it('an application with a list of connections signs nobody in through another one', async () => {
    const application = `/applications/${world().system.demoApplication.clientId}`;
    const connections = [await world().connectionNamed('google')];
    await world().gateway('PATCH', application, { connections });
    const linkedin = await world().connectionNamed('linkedin');
    const begin = (params: Record<string, string>) => world().party.begin({ prompt: 'login', ...params });
    try {
      const page = await eventually(async () => {
        const { url } = await begin({ connection_id: linkedin });
        const answer = await world().browser().follow(url, world().redirectUri);
        return answer.status === 403 && answer;
      });
      expect(await world().attemptOn(page)).toMatchObject({ code: 'application.other-connections' });
      const offered = await world()
        .browser()
        .follow((await begin({})).url, world().redirectUri);
      expect(textOf(offered.text)).toContain('Continue with Google');
      expect(textOf(offered.text)).not.toContain('Continue with LinkedIn');
    } finally {
      await world().gateway('PATCH', application, { connections: null });
    }
  });
}

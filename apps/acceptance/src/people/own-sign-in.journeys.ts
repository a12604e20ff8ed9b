import { eventually } from '@homerealm/testing';
import type { Browser } from '../client/browser.js';
import { textOf } from '../client/relying-party.js';
import type { World } from './world.js';

/** Nobody's company: an email, a code from the mailbox of the local run, and a name. */
export function ownSignIns(world: () => World): void {
  const grace = 'Grace.Hopper@navy.example';

  it('signs up with an email, a code and a name; the tokens say so, and the directory has the user', async () => {
    const browser = world().browser();
    const { answer: form, begun } = await world().byEmail(browser, grace);
    expect(textOf(form.text)).toContain('What is your name?');
    const name = { givenName: 'Grace', familyName: 'Hopper' };
    const back = await browser.follow(form.url, world().redirectUri, name);
    const { id, access } = await world().redeem(back, begun);
    expect(id).toMatchObject({ email: grace, email_verified: true, given_name: 'Grace', family_name: 'Hopper' });
    expect(id).not.toHaveProperty('ext_provider');
    expect(access).not.toHaveProperty('ext_groups');
    const { identities } = await world().userOf(id.sub);
    expect(identities).toMatchObject([{ type: 'email', value: grace, verified: true, primary: true }]);
    const { items } = await world().gateway<{ items: { attemptId: string }[] }>(
      'GET',
      `/sign-in-attempts?userId=${id.sub}`,
    );
    const attempt = await world().attemptOn({ ...back, text: items[0]?.attemptId ?? '' });
    expect(attempt).toMatchObject({ outcome: 'signed-in', connectionId: null, userId: id.sub });
    const checks = attempt.checks.map(({ code }) => code);
    expect(checks).toEqual(expect.arrayContaining(['own-sign-in.is-allowed', 'code.sent', 'code.right']));
  });

  it('signs the same person in again, however the address is written', async () => {
    const { answer, begun } = await world().byEmail(world().browser(), grace.toUpperCase());
    const { id, tokens } = await world().redeem(answer, begun);
    expect(id).toMatchObject({ email: grace, given_name: 'Grace' });
    const refreshed = await world().party.refresh(tokens.refresh_token ?? '');
    expect(refreshed.access.sub).toBe(id.sub);
  });

  it('A12: the session’s id changes at every sign-in, and one that somebody planted is never used', async () => {
    const browser = world().browser();
    const issuer = new URL(world().system.issuer);
    const planted = 'planted-by-somebody-who-waits-for-it-0000000';
    browser.jar.store(issuer, [`homerealm_session_${issuer.port}=${planted}; path=/`]);
    const ids = [planted];
    for (const email of ['one@planted.example', 'two@planted.example']) {
      const { answer: form } = await world().byEmail(browser, email, { prompt: 'login' });
      const back = await browser.follow(form.url, world().redirectUri, { givenName: 'P' });
      expect(back.location?.searchParams.has('code')).toBe(true);
      ids.push(sessionOf(browser, issuer));
    }
    expect(ids.every((id) => id.length > 20)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('refuses somebody unknown once nobody may sign up, and says nothing of it before the code', async () => {
    const policies = (signUp: boolean) => world().registry('PATCH', '/policies', { ownSignIn: { signUp } });
    await policies(false);
    let stranger = 0;
    const refused = await eventually(
      async () => {
        const { answer } = await world().byEmail(world().browser(), `stranger-${stranger++}@nowhere.example`);
        return answer.status === 403 && answer;
      },
      { timeout: 30_000, says: 'the policy' },
    );
    expect(textOf(refused.text)).toContain('sign-in.refused');
    expect(await world().attemptOn(refused)).toMatchObject({ outcome: 'refused', code: 'user.not-provisioned' });
    await policies(true);
    await eventually(
      async () => {
        const { answer } = await world().byEmail(world().browser(), `stranger-${stranger++}@nowhere.example`);
        return answer.status === 200;
      },
      { timeout: 30_000, says: 'the policy' },
    );
  });
}

const sessionOf = (browser: Browser, issuer: URL): string =>
  /homerealm_session_\d+=([^;]+)/.exec(browser.jar.header(issuer) ?? '')?.[1] ?? '';

import { eventually } from '@homerealm/testing';
import { textOf } from '../client/relying-party.js';
import { Company } from './company.js';
import type { World } from './world.js';

/** Somebody who may not sign in, at every door there is. */
export function suspensions(world: () => World): void {
  const suspend = (userId: unknown) => world().directory('POST', `/users/${userId}/suspend`);
  const reactivate = (userId: unknown) => world().directory('POST', `/users/${userId}/reactivate`);

  it('comes in by no code, by no provider, by no session and by no refresh token', async () => {
    const [email, username, phone] = ['sue@doors.example', 'sue-doors', '+4930777004'];
    const { userId } = await world().directory<{ userId: string }>('POST', '/users', {
      identities: [
        { type: 'email', email, verified: true },
        { type: 'username', username },
        { type: 'phone', phone, verified: true },
      ],
    });
    await world().simulator.ask('POST', 'social-people', {
      ...{ provider: 'google', givenName: 'Sue', familyName: 'Doors', email, emailVerified: true },
    });
    const mailed = () => world().mailbox.codeFor(email);
    const doors: Record<string, () => Promise<{ answer: Awaited<ReturnType<World['proveEmail']>> }>> = {
      email: () => world().byCode(email, mailed),
      username: () => world().byCode(username, mailed),
      phone: () => world().byCode(phone, () => world().sms.codeFor(phone)),
      google: () => world().choose(world().browser(), 'google', 'Sue Doors'),
    };
    const before = await world().byCode(email, mailed);
    const { tokens } = await world().redeem(before.answer, before.begun);
    expect((await world().signInAt('google', 'Sue Doors')).id.sub).toBe(userId);

    await suspend(userId);
    for (const [door, come] of Object.entries(doors)) {
      const { answer } = await come();
      expect([door, answer.status, /suspend/i.test(textOf(answer.text))]).toEqual([door, 403, false]);
      expect([door, await world().attemptOn(answer)]).toMatchObject([door, { code: 'user.suspended', userId }]);
    }
    await eventually(async () => (await silently(before.browser)) === 'login_required', {
      says: 'the end of the session',
    });
    await expect(world().party.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });

    await reactivate(userId);
    const back = () => world().signInAt('google', 'Sue Doors');
    await eventually(() => back().catch(() => undefined), { says: 'the way back' });
    for (const [door, come] of Object.entries(doors)) {
      expect([door, (await come()).answer.location?.searchParams.has('code')]).toEqual([door, true]);
    }
    await expect(world().party.refresh(tokens.refresh_token ?? '')).rejects.toMatchObject({ error: 'invalid_grant' });
  });

  it('comes in through no connection of their company', async () => {
    const company = await Company.found(world(), 'strict.example');
    const first = await company.connect('strict', { createUsers: true });
    const second = await company.connect('strict-too', { createUsers: true });
    const { email } = await company.hire('tom');
    const { id } = await company.signIn(first, email);
    await suspend(id.sub);
    for (const connectionId of [first, second]) {
      expect(await company.refusal(connectionId, email)).toMatchObject({ code: 'user.suspended', userId: id.sub });
    }
    await reactivate(id.sub);
    const back = () => company.signIn(second, email).catch(() => undefined);
    expect((await eventually(back, { says: 'the way back' })).id.sub).toBe(id.sub);
  });

  /** What an application hears that asks without a page. */
  async function silently(browser: ReturnType<World['browser']>): Promise<string> {
    const { url } = await world().party.begin({ prompt: 'none' });
    return (await browser.follow(url, world().redirectUri)).location?.searchParams.get('error') ?? 'signed in';
  }
}

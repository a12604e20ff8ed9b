import { textOf } from '../client/relying-party.js';
import type { World } from './world.js';

let people = 0;
const aNumber = () => `+4930${5_550_000 + ++people}`;

/** By a code in a text message, through the provider that operators use: here it is one of the test's own, over HTTP. */
export function signInsByPhone(world: () => World): void {
  const create = (...identities: object[]) =>
    world().directory<{ userId: string }>('POST', '/users', { identities, profile: { givenName: 'Rosa' } });
  const signIn = (typed: string, phone: string, params?: Record<string, string>) =>
    world().byCode(typed, () => world().sms.codeFor(phone), params);
  const textsTo = (phone: string) => world().sms.sent.filter(({ to }) => to === phone);

  it('a number is added, and verified by the first code; it signs in however it is written', async () => {
    const phone = aNumber();
    const { userId } = await create({ type: 'phone', phone: phone.replace('+49', '00 49 - ') });
    const phones = async () => (await world().userOf(userId)).identities;
    expect(await phones()).toMatchObject([{ type: 'phone', value: phone, verified: false, primary: true }]);
    const first = await signIn(phone.replace('+4930', '+49 (30) '), phone);
    const { id, tokens } = await world().redeem(first.answer, first.begun);
    expect(id).toMatchObject({ sub: userId, given_name: 'Rosa' });
    expect(id).not.toHaveProperty('email');
    expect(await phones()).toMatchObject([{ type: 'phone', value: phone, verified: true, primary: true }]);
    expect((await world().party.refresh(tokens.refresh_token ?? '')).access.sub).toBe(userId);
    const again = await signIn(phone, phone);
    expect((await world().redeem(again.answer, again.begun)).id.sub).toBe(userId);
    const [text] = textsTo(phone);
    expect(text?.text).toMatch(/^\d{4} \d{4} is your sign-in code for Northwind Notes/);
  });

  it('a number beside an address rings nobody until it is vouched for; then it is theirs alone', async () => {
    const [phone, email] = [aNumber(), `rosa-${people}@phones.example`];
    const { userId } = await create({ type: 'email', email, verified: true }, { type: 'phone', phone });
    const claimed = await world()
      .browser()
      .follow((await world().party.begin()).url, world().redirectUri);
    const asked = await world().browser().follow(claimed.url, world().redirectUri, { email: phone });
    const { items } = await world().directory<{ items: { identityId: string; type: string }[] }>(
      ...['GET', `/users/${userId}/identities`],
    );
    const { identityId } = items.find(({ type }) => type === 'phone') ?? {};
    await world().directory('POST', `/users/${userId}/identities/${identityId}/verify`);
    const { answer, begun } = await signIn(phone, phone);
    expect((await world().redeem(answer, begun)).id).toMatchObject({ sub: userId, email });
    expect([textOf(asked.text).includes('account'), textsTo(phone)]).toEqual([false, [expect.anything()]]);
    expect(
      await world().tryDirectory('POST', '/users', { identities: [{ type: 'phone', phone, verified: true }] }),
    ).toMatchObject({
      ...{ status: 409, body: { code: 'identity.phone-taken', field: 'phone' } },
    });
  });

  it('a provider that is out of order for a moment costs a moment, and no code', async () => {
    const phone = aNumber();
    await create({ type: 'phone', phone, verified: true });
    world().sms.refusals.push(503);
    const { answer } = await signIn(phone, phone);
    expect(answer.location?.searchParams.has('code')).toBe(true);
    expect(textsTo(phone)).toHaveLength(1);
  });
}

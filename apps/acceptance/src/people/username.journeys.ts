import { textOf } from '../client/relying-party.js';
import type { World } from './world.js';

const rosy = 'rosy@names.example';

/** Texts that look like a name, or become one where somebody folds, composes or strips them. */
const lookAlikes: [string, string][] = [
  ['a Cyrillic letter', 'R\u043esyRose'],
  ['a Greek letter', 'R\u03bfsyRose'],
  ['a full-width letter', '\uff32osyRose'],
  ['a long s', 'Ro\u017fyRose'],
  ['a dotless i', 'Ros\u0131Rose'],
  ['a capital I with a dot', 'Ros\u0130Rose'],
  ['the Kelvin sign', 'RosyRo\u212ae'],
  ['a ligature', 'RosyRo\ufb06e'],
  ['a sharp s', 'RosyRo\u00dfe'],
  ['a composed letter', 'RosyRos\u00e9'],
  ['a decomposed letter', 'RosyRose\u0301'],
  ['a zero-width space', 'Rosy\u200bRose'],
  ['a zero-width joiner', 'Rosy\u200dRose'],
  ['a soft hyphen', 'Rosy\u00adRose'],
  ['an override of direction', '\u202eRosyRose'],
];

/** By a name somebody chose, and a code to the address that belongs to it. */
export function signInsByUsername(world: () => World): void {
  const signIn = (username: string) => world().byCode(username, () => world().mailbox.codeFor(rosy));
  const signUp = async (email: string, username: string) => {
    const browser = world().browser();
    const { answer: form, begun } = await world().byEmail(browser, email);
    const says = (form_: Record<string, string>) => browser.follow(form.url, world().redirectUri, form_);
    return { begun, says, answer: await says({ givenName: 'Rosy', familyName: 'Rose', username }) };
  };
  const usernamesOf = async (subject: unknown) =>
    (await world().userOf(subject)).identities.flatMap(({ type, value }) => (type === 'username' ? [value] : []));

  it('is chosen at sign-up, keeps its spelling, and signs in in any other; the code goes to the mail', async () => {
    const { answer, begun } = await signUp(rosy, 'RosyRose');
    const { id } = await world().redeem(answer, begun);
    expect(await usernamesOf(id.sub)).toEqual(['RosyRose']);
    for (const typed of ['RosyRose', 'rosyrose', 'ROSYROSE']) {
      const browser = world().browser();
      const { url, checks } = await world().party.begin();
      const page = await browser.follow(url, world().redirectUri);
      const asked = await browser.follow(page.url, world().redirectUri, { email: typed });
      expect(textOf(asked.text)).toContain(`If ${typed} can sign in here, a code is on its way`);
      expect(asked.text).not.toContain(rosy);
      const code = await world().mailbox.codeFor(rosy);
      const back = await browser.follow(asked.url, world().redirectUri, { code });
      const signedIn = await world().redeem(back, { url, checks });
      expect(signedIn.id).toMatchObject({ sub: id.sub, email: rosy, email_verified: true });
    }
  });

  it('A30: is one person’s alone in every spelling, and no look-alike of it is a name', async () => {
    const { answer, says } = await signUp('imitator@names.example', 'rOSYrOSE');
    expect(textOf(answer.text)).toContain('Somebody has this username');
    const { userId } = await world().directory<{ userId: string }>('POST', '/users', {
      identities: [{ type: 'email', email: 'admin-made@names.example', verified: true }],
    });
    const add = (username: string) =>
      world().tryDirectory('POST', `/users/${userId}/identities`, { type: 'username', username });
    expect(await add('ROSYROSE')).toMatchObject({ status: 409, body: { code: 'identity.username-taken' } });
    const { url } = await world().party.begin();
    const browser = world().browser();
    const page = await browser.follow(url, world().redirectUri);
    for (const [what, username] of lookAlikes) {
      expect([what, await add(username)]).toMatchObject([what, { status: 400, body: { field: 'username' } }]);
      const form = await says({ givenName: 'I', familyName: '', username });
      expect([what, textOf(form.text)]).toEqual([what, expect.stringContaining('2 to 64 letters, digits')]);
      const typed = await browser.follow(page.url, world().redirectUri, { email: username });
      expect([what, typed.url.pathname, typed.text.includes('Enter an email address')]).toEqual([
        ...[what, page.url.pathname, true],
      ]);
    }
    expect(await usernamesOf(userId)).toEqual([]);
    const { answer: back, begun } = await signIn('RosyRose');
    expect((await world().redeem(back, begun)).id.email).toBe(rosy);
  });

  it('has 2 to 64 letters, digits, - and _, and an address beside it that was verified once', async () => {
    const email = 'measured@names.example';
    const { userId } = await world().directory<{ userId: string }>('POST', '/users', {
      identities: [{ type: 'email', email }],
    });
    const add = (username: string) =>
      world().tryDirectory<{ identityId: string }>('POST', `/users/${userId}/identities`, {
        ...{ type: 'username', username },
      });
    expect(await add('early-bird')).toMatchObject({ status: 409, body: { code: 'identity.username-needs-email' } });
    const { items } = await world().directory<{ items: { identityId: string }[] }>(
      'GET',
      `/users/${userId}/identities`,
    );
    await world().directory('POST', `/users/${userId}/identities/${items[0]?.identityId}/verify`);
    for (const username of ['', 'x', 'y'.repeat(65), 'a b', 'a.b', 'a@b', 'a/b', "a'b", 'a\u0000b', ' ab']) {
      expect([username, await add(username)]).toMatchObject([username, { status: 400, body: { field: 'username' } }]);
    }
    for (const username of ['x2', 'Y'.repeat(64), '-_', '__proto__', 'constructor']) {
      expect([username, await add(username)]).toMatchObject([username, { status: 201, body: { value: username } }]);
    }
    const { answer, begun } = await world().byCode('__PROTO__', () => world().mailbox.codeFor(email));
    expect((await world().redeem(answer, begun)).id.sub).toBe(userId);
  });
}

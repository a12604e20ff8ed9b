import { eventually } from '@homerealm/testing';
import type { Browser } from '../client/browser.js';
import type { SignedIn } from '../client/relying-party.js';
import { Gate, over } from './gate.js';
import type { World } from './world.js';

type Identity = { identityId: string };
type Somebody = { userId: string; email: string; browser: Browser; signedIn: SignedIn };

/** The same gate, for people who come by a code of ours: they rest on their email, the application and the policies. */
export function ownAdmissions(world: () => World): void {
  let gate: Gate;
  beforeAll(async () => {
    gate = new Gate(world(), await world().register());
  });

  /** Types the email and the code that came for it; `meanwhile` happens between the two. */
  async function enterCode(email: string, browser: Browser, meanwhile = async () => {}) {
    const begun = await gate.party.begin({ prompt: 'login' });
    const page = await browser.follow(begun.url, world().redirectUri);
    const answer = await world().prove(browser, page, email, async () => {
      const code = await world().mailbox.codeFor(email);
      await meanwhile();
      return code;
    });
    return { answer, redeem: () => gate.party.redeem(answer.location ?? answer.url, begun.checks) };
  }
  async function somebody(name: string): Promise<Somebody> {
    const email = `${name}@own-admission.example`;
    const { userId } = await world().directory<{ userId: string }>('POST', '/users', {
      profile: { givenName: name },
      identities: [{ type: 'email', email, verified: true }],
    });
    const browser = world().browser();
    const { redeem } = await enterCode(email, browser);
    return { userId, email, browser, signedIn: await redeem() };
  }

  it('A36: the email they came by, once removed, leaves nothing that rests on it', async () => {
    const { userId, browser, signedIn } = await somebody('cora');
    const home = `/users/${userId}/identities`;
    const { items } = await world().directory<{ items: Identity[] }>('GET', home);
    const another = { type: 'email', email: 'cora.lind@own-admission.example', verified: true };
    const { identityId } = await world().directory<Identity>('POST', home, another);
    await world().directory('POST', `${home}/${identityId}/make-primary`);
    expect(await gate.silently(browser)).toBe('in');
    await world().directory('DELETE', `${home}/${items[0]?.identityId}`);
    await gate.untilOut(browser);
    expect(await gate.standing(signedIn)).toEqual(over);
  });

  it('an application that takes companies only takes neither their session nor a code that is on its way', async () => {
    const { email, browser, signedIn } = await somebody('dan');
    const home = `/applications/${gate.party.application.clientId}`;
    try {
      const { answer } = await enterCode(email, world().browser(), async () => {
        await world().gateway('PATCH', home, { connections: [await world().connectionNamed('contoso')] });
        await gate.untilOut(browser);
      });
      expect(await gate.verdict(answer)).toBe('application.other-connections');
      expect(await gate.standing(signedIn)).toEqual(over);
    } finally {
      await world().gateway('PATCH', home, { connections: null });
    }
  });

  it('an environment without codes takes none that is on its way, and leaves sessions as they are', async () => {
    const { email, browser, signedIn } = await somebody('eve');
    const { ownSignIn } = await world().registry<{ ownSignIn: object }>('GET', '/policies');
    /** The sign-in page says which ways there are. */
    const untilPageSays = (offers: boolean) =>
      eventually(
        async () => {
          const { url } = await gate.party.begin();
          const { text } = await world().browser().follow(url, world().redirectUri);
          return text.includes('we send you a code') === offers;
        },
        { timeout: 20_000, every: 50, says: 'the policy' },
      );
    try {
      const { answer } = await enterCode(email, world().browser(), async () => {
        await world().registry('PATCH', '/policies', { ownSignIn: { ...ownSignIn, email: false } });
        await untilPageSays(false);
      });
      expect(await gate.verdict(answer)).toBe('own-sign-in.not-allowed');
      expect(await gate.silently(browser)).toBe('in');
      expect(await gate.standing(signedIn)).toMatchObject({ userinfo: 'in', refresh: 'in' });
    } finally {
      await world().registry('PATCH', '/policies', { ownSignIn });
      await untilPageSays(true);
    }
  });
}

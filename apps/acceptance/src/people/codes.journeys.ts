import type { Answer, Browser } from '../client/browser.js';
import { textOf } from '../client/relying-party.js';
import { Company } from './company.js';
import type { World } from './world.js';

const otherThan = (code: string) => (code.startsWith('0') ? `1${code.slice(1)}` : `0${code.slice(1)}`);

/** What keeps one-time codes from being guessed, and the pages from telling who has an account. */
export function oneTimeCodes(world: () => World): void {
  async function atSignIn(params: Record<string, string> = {}): Promise<{ browser: Browser; page: Answer }> {
    const browser = world().browser();
    const { url } = await world().party.begin(params);
    return { browser, page: await browser.follow(url, world().redirectUri) };
  }
  async function ask(email: string, { browser, page }: Awaited<ReturnType<typeof atSignIn>>) {
    const asked = await browser.follow(page.url, world().redirectUri, { email });
    return { asked, enter: (code: string) => browser.follow(asked.url, world().redirectUri, { code }) };
  }

  it('A45, A48: ten wrong codes shut the codes of an account, and not the door of its company', async () => {
    const company = await Company.found(world(), 'locked.example');
    const { email } = await company.hire('lena');
    const owner = await ask(email, await atSignIn());
    const right = await world().mailbox.codeFor(email);
    const guesser = await atSignIn();
    for (let codes = 0; codes < 2; codes++) {
      const { enter } = await ask(email, guesser);
      const wrong = otherThan(await world().mailbox.codeFor(email));
      const pages: string[] = [];
      for (let tries = 0; tries < 5; tries++) pages.push(textOf((await enter(wrong)).text));
      expect(pages.map((page) => /not the code|any more/.exec(page)?.[0])).toEqual([
        ...Array.from({ length: 4 }, () => 'not the code'),
        'any more',
      ]);
    }
    const refused = await owner.enter(right);
    expect([refused.status, textOf(refused.text)]).toEqual([429, expect.stringContaining('too many wrong codes')]);
    expect(await world().attemptOn(refused)).toMatchObject({ outcome: 'refused', code: 'code.too-many-tries' });
    for (const typed of [email, email.toUpperCase()]) {
      const { asked } = await ask(typed, await atSignIn());
      expect([asked.status, textOf(asked.text)]).toEqual([429, expect.stringContaining('Please wait a moment')]);
    }
    expect((await ask('somebody-else@locked.example', await atSignIn())).asked.status).toBe(200);

    const settings = { trustedProvider: true, createUsers: true, homeRealmDomains: [company.domain] };
    const connectionId = await company.connect('locked', settings);
    const { id } = await world().party.signIn(world().browser(), { login_hint: email });
    expect(id).toMatchObject({ email, ext_provider: { connection_id: connectionId } });
  });

  it('A45: five codes go to an account in a quarter of an hour, whoever asks and however it is written', async () => {
    const email = 'flooded@codes.example';
    for (let codes = 0; codes < 5; codes++) {
      const { asked } = await ask(codes % 2 ? email.toUpperCase() : email, await atSignIn());
      expect([codes, asked.status]).toEqual([codes, 200]);
      await world().mailbox.codeFor(email);
    }
    const { asked } = await ask(email, await atSignIn());
    expect([asked.status, textOf(asked.text)]).toEqual([429, expect.stringMatching(/try again in 1[45] minutes/)]);
  });

  it('a code works once, in the browser that asked for it, and the newest one alone', async () => {
    const email = 'once@codes.example';
    const place = await atSignIn();
    const { asked } = await ask(email, place);
    const first = await world().mailbox.codeFor(email);
    const again = new URL(`${asked.url.pathname}/again`, asked.url);
    const anew = await place.browser.follow(again, world().redirectUri, {});
    const second = await world().mailbox.codeFor(email);
    const enter = (browser: Browser, code: string) => browser.follow(asked.url, world().redirectUri, { code });
    expect(textOf(anew.text)).toContain('Only the newest one works');
    expect(textOf((await enter(place.browser, first)).text)).toContain('not the code');
    expect(textOf((await enter(world().browser(), second)).text)).toContain('This sign-in has ended');
    expect(textOf((await enter(place.browser, second)).text)).toContain('What is your name?');
    expect((await enter(place.browser, second)).url.pathname).not.toMatch(/sign-up$/);
  });

  it('A46: nothing anybody can see tells an account from none: by email, by username, by phone', async () => {
    const [email, username, phone] = ['known@codes.example', 'known-name', '+4930777001'];
    await world().directory('POST', '/users', {
      identities: [
        { type: 'email', email, verified: true },
        { type: 'username', username },
        { type: 'phone', phone, verified: true },
      ],
    });
    const pairs = [
      [email, 'nobod@codes.example'],
      [username, 'nobod-name'],
      [phone, '+4930777002'],
    ] as const;
    for (const [known, unknown] of pairs) expect(await seenOf(known)).toEqual(await seenOf(unknown));
    await world().sms.codeFor(phone);
    expect(world().sms.sent.filter(({ to }) => to === '+4930777002')).toEqual([]);
  });

  /** Everything somebody can see of a try, without what is theirs alone. */
  async function seenOf(identifier: string): Promise<object[]> {
    const { browser, page } = await atSignIn();
    const [start, code] = [page.url.href, `${page.url.href}/code`];
    const answers = [
      await browser.send(start, { email: identifier }),
      await browser.send(code),
      await browser.send(code, { code: '00000000' }),
      await browser.send(`${code}/again`, {}),
      await browser.send(code),
      await browser.send(`${start}/sign-up`),
    ];
    const uid = page.url.pathname.split('/').at(-1) ?? '';
    const without = (text = '') => text.replaceAll(uid, 'UID').replaceAll(identifier, 'WHO');
    return answers.map(({ status, location, text, headers }) => ({
      ...{ status, location: without(location?.href), text: without(text) },
      headers: [...headers].filter(([name]) => !['date', 'content-length', 'location', 'set-cookie'].includes(name)),
      cookies: headers.has('set-cookie'),
    }));
  }
}

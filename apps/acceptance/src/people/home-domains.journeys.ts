import type { Answer } from '../client/browser.js';
import { Company } from './company.js';
import { lead } from './led.js';
import type { World } from './world.js';

type Connection = { connectionId: string; homeRealmDomains: string[] };
type Proof = { state: string; problem: string | null; recordName: string; recordValue: string };

/** Whose a domain is, and what an address of nobody's tells. */
export function homeRealmDomains(world: () => World): void {
  const made: string[] = [];
  let names = 0;
  let company: Company;
  let first: string;
  let second: string;

  const call = (method: string, path: string, body?: unknown) =>
    world().tryRegistry<Connection & { code: string }>(method, path, body);
  /** A draft to this company: nobody is led by it yet. */
  async function draft(settings: object) {
    const answer = await call('POST', '/connections', {
      ...{ strategy: 'entra-oauth2', authority: world().system.urls.simulator, entraDomain: company.domain },
      ...{ name: `owner-${names++}`, displayName: 'Owner', clientId: company.clientId, clientSecret: 'not~used~here' },
      ...settings,
    });
    if (answer.status === 201) made.push(answer.body.connectionId);
    return answer;
  }
  async function draftOf(settings: object): Promise<string> {
    const { status, body } = await draft(settings);
    if (status !== 201) throw new Error(`no connection: ${status} ${JSON.stringify(body)}`);
    return body.connectionId;
  }
  const claim = (connectionId: string, ...homeRealmDomains: string[]) =>
    call('PATCH', `/connections/${connectionId}`, { homeRealmDomains });

  beforeAll(async () => {
    company = await Company.found(world(), 'owners.example');
    const organization = async (name: string) =>
      (await world().directory<{ organizationId: string }>('POST', '/organizations', { name })).organizationId;
    [first, second] = [await organization('First owner'), await organization('Second owner')];
  });
  afterAll(async () => {
    for (const id of made) await call('DELETE', `/connections/${id}`);
  });

  it('A28: of all who claim a domain at the same moment, in any spelling, one gets it, and is not named to the others', async () => {
    const spellings = ['claimed.example', '@CLAIMED.example', 'claimed.example.', 'ｃｌａｉｍｅｄ.example'];
    const answers = await Promise.all(
      [...spellings, ...spellings].map((domain, at) =>
        draft({
          organizationId: at % 2 ? first : second,
          homeRealmDomains: ['other.example', domain].slice(at ? 1 : 0),
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
    const owner = answers.find(({ status }) => status === 201)?.body.connectionId ?? '';
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body).toMatchObject({ code: 'connection.domain-taken', field: 'homeRealmDomains' });
      expect(JSON.stringify(body)).not.toMatch(new RegExp(`${owner}|${first}|${second}|owner-`));
    }
    const drafts = [await draftOf({ organizationId: first }), await draftOf({ organizationId: second })];
    const changes = await Promise.all(drafts.map((id) => claim(id, 'later.example')));
    expect(changes.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await claim(drafts[0] ?? '', 'claimed.example')).toMatchObject({ status: 409 });
    await call('DELETE', `/connections/${owner}`);
    expect(await claim(drafts[0] ?? '', 'claimed.example')).toMatchObject({ status: 200 });
  });

  it('A29: a domain has one form, however it is written, and what only looks like it is another or none', async () => {
    const spellings = ['@BÜCHER.Owners.example.', 'bücher.owners.example', 'ace.example'];
    const owner = await draftOf({ homeRealmDomains: spellings });
    const kept = ['xn--bcher-kva.owners.example', 'ace.example'];
    expect((await call('GET', `/connections/${owner}`)).body.homeRealmDomains).toEqual(kept);
    const other = await draftOf({});
    const tried = async (domain: string) => {
      const { status, body } = await claim(other, domain);
      return status === 200 ? body.homeRealmDomains[0] : `${status} ${body.code}`;
    };
    const taken = '409 connection.domain-taken';
    for (const same of [
      'xn--BCHER-kva.owners.example',
      'bu\u0308cher.owners.example',
      'ＡＣＥ.example',
      'a\u00adce.example',
    ])
      expect([same, await tried(same)]).toEqual([same, taken]);
    const none = '400 connection.domain-invalid';
    for (const mixed of ['аce.example', 'xn--ce-6kc.example', 'ace\u202e.example', 'ace.example/x', '127.0.0.1'])
      expect([mixed, await tried(mixed)]).toEqual([mixed, none]);
    expect(await tried('асе.example')).toBe('xn--80ak9a.example');
    expect(await tried('sub.ace.example')).toBe('sub.ace.example');
    expect(await tried('bucher.owners.example')).toBe('bucher.owners.example');
  });

  it('A28: who owns a domain is proved by a record in its DNS, for one connection, while the record is there', async () => {
    const [owner, thief] = [await draftOf({ homeRealmDomains: ['proved.example'] }), await draftOf({})];
    const path = (id: string, domain = 'PROVED.example') => `/connections/${id}/domains/${domain}/verification`;
    const ask = (id: string, what = '') => world().registry<Proof>('POST', `${path(id)}${what}`);
    const { recordName, recordValue, state } = await ask(owner);
    expect([state, recordName]).toEqual(['pending', '_homerealm-challenge.proved.example']);
    expect(await ask(owner, '/check')).toMatchObject({ state: 'failed', problem: 'record-missing' });
    const { zones } = world().dns;
    zones.set(recordName, { txt: [['v=spf1 -all'], [recordValue]] });
    expect(await ask(owner, '/check')).toMatchObject({ state: 'verified', problem: null });
    zones.set(recordName, 'server-failure');
    expect(await ask(owner, '/check')).toMatchObject({ state: 'verified', problem: 'dns-unreachable' });
    expect(await call('POST', path(thief))).toMatchObject({
      status: 404,
      body: { code: 'connection.domain-not-found' },
    });
    zones.set(recordName, { txt: [[recordValue]] });
    await claim(owner);
    await claim(thief, 'proved.example');
    await ask(thief);
    expect(await ask(thief, '/check')).toMatchObject({ state: 'failed', problem: 'record-differs' });
    expect(await world().registry('GET', `/connections/${thief}/domains`)).toMatchObject({
      items: [{ domain: 'proved.example', verification: { state: 'failed' } }],
    });
  });

  it('an address of no company’s domain goes on with a code, and nothing tells whether anybody has it', async () => {
    const people = {
      known: [{ type: 'email', email: 'known@nobodys.example', verified: true }],
      ended: [{ type: 'email', email: 'ended@nobodys.example', verified: true }],
      plain: [{ type: 'email', email: 'plain@nobodys.example', verified: false }],
    };
    for (const [name, identities] of Object.entries(people)) {
      const { userId } = await world().directory<{ userId: string }>('POST', '/users', { identities });
      if (name === 'ended') await world().directory('POST', `/users/${userId}/suspend`, {});
    }
    const stranger = await seenBy('stray@nobodys.example');
    expect(stranger.map(({ status }) => status)).toEqual([200, 303, 200, 422, 303, 200, 200]);
    for (const name of Object.keys(people)) expect(await seenBy(`${name}@nobodys.example`)).toEqual(stranger);
  });

  it('a company’s domain leads there whether or not anybody has the address', async () => {
    const connectionId = await company.connect('owners', { homeRealmDomains: ['owners.example'], createUsers: true });
    made.push(connectionId);
    const { email } = await company.hire('known');
    await company.signIn(connectionId, email);
    const led = async (address: string) => {
      const { to, page } = await lead(world(), { login_hint: address });
      const all = [...(page.location?.searchParams ?? [])];
      return {
        to,
        params: all.map(([key, value]) => (/state|nonce|challenge$|hint/.test(key) ? key : `${key}=${value}`)),
      };
    };
    const stranger = await led('stray@owners.example');
    expect(stranger.to).toBe(connectionId);
    expect(await led(email)).toEqual(stranger);
  });

  /** Every answer to somebody who types this address, a wrong code, and asks for another, without what differs by itself. */
  async function seenBy(email: string) {
    const browser = world().browser();
    const { url } = await world().party.begin();
    const { url: page } = await browser.follow(url, world().redirectUri);
    const code = `${page.pathname}/code`;
    const answers = [
      await browser.follow((await world().party.begin({ login_hint: email })).url, world().redirectUri),
      await browser.send(page, { email }),
      await browser.send(new URL(code, page)),
      await browser.send(new URL(code, page), { code: '0000 0000' }),
      await browser.send(new URL(`${code}/again`, page), {}),
      await browser.send(new URL(`${code}?sent=again`, page)),
      await browser.send(page),
    ];
    return answers.map((answer) => blind(answer, email));
  }

  function blind({ status, location, text, headers }: Answer, email: string) {
    const unlike = (words: string) => words.replaceAll(email, 'ADDRESS').replace(/\/sign-in\/[\w-]+/g, '/sign-in/UID');
    const told = [...headers].filter(([name]) => !/^(date|set-cookie|keep-alive|location|content-length)$/.test(name));
    const cookies = headers.getSetCookie().map((cookie) => cookie.replace(/=[^;]*/, ''));
    return {
      status,
      to: unlike(location?.pathname ?? ''),
      text: unlike(text),
      told: told.map(([name, value]) => `${name}: ${unlike(value)}`),
      cookies,
    };
  }
}

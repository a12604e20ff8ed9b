import { eventually } from '@homerealm/testing';
import { textOf } from '../client/relying-party.js';
import { Company } from './company.js';
import { lead, press } from './led.js';
import type { Attempt, World } from './world.js';

const elsewhere = 'belongs to another organization than the one you are signing in to';
const noWay = 'We could not find a way to sign you in with this address';

/** Two companies that are customers, each with a connection, and a connection that is for everybody. */
export function homeRealmDiscovery(world: () => World): void {
  let adatum: Company;
  let ofAdatum: string;
  let labs: string;
  let ofTailspin: string;
  let everybodys: string;
  const orgs = { adatum: '', tailspin: '' };

  const organization = async (name: string) =>
    (await world().directory<{ organizationId: string }>('POST', '/organizations', { name })).organizationId;
  const change = (connectionId: string, fields: object) =>
    world().registry('PATCH', `/connections/${connectionId}`, fields);
  const led = (params: Record<string, string>, typed?: string) => lead(world(), params, { typed });
  const buttonsOf = async (params: Record<string, string>) =>
    [...(await led(params)).page.text.matchAll(/Continue with ([^<]+)</g)].map(([, name]) => name);
  /** The newest record of somebody refused who asked for this organization: no id of it stands on the page with the form. */
  async function newestOf(code: string, organizationId: string): Promise<Attempt> {
    const query = `/sign-in-attempts?limit=1&code=${code}&organizationId=${organizationId}`;
    const { items } = await world().gateway<{ items: { attemptId: string }[] }>('GET', query);
    return world().gateway('GET', `/sign-in-attempts/${items[0]?.attemptId}`);
  }

  beforeAll(async () => {
    const [first, tailspin] = [
      await Company.found(world(), 'adatum.example'),
      await Company.found(world(), 'tailspin.example'),
    ];
    adatum = first;
    [orgs.adatum, orgs.tailspin] = [await organization('Adatum'), await organization('Tailspin')];
    const joins = { createUsers: true, autoJoinOrganization: true };
    const adatums = ['@ADATUM.Example', 'Bücher-Adatum.example', 'Sub.adatum.example.', 'apex.example'];
    [ofAdatum, labs, ofTailspin, everybodys] = await Promise.all([
      adatum.connect('adatum', { ...joins, organizationId: orgs.adatum, homeRealmDomains: adatums }),
      adatum.connect('adatum-labs', { organizationId: orgs.adatum }),
      tailspin.connect('tailspin', { ...joins, organizationId: orgs.tailspin, homeRealmDomains: ['tailspin.example'] }),
      tailspin.connect('everybody', { homeRealmDomains: ['everybody.example'] }),
    ]);
  });
  afterAll(async () => {
    for (const id of [ofAdatum, labs, ofTailspin, everybodys]) await world().registry('DELETE', `/connections/${id}`);
  });

  it('a named connection wins: over the address, and over whatever is typed or pressed afterwards', async () => {
    const named = { connection_id: everybodys, login_hint: 'kim@adatum.example' };
    expect(await led(named)).toMatchObject({ to: everybodys, hint: 'kim@adatum.example' });
    expect(await led({ ...named, org_code: orgs.adatum })).toMatchObject({ to: everybodys });
    const browser = world().browser();
    const asked = { connection_id: ofTailspin, org_code: orgs.adatum };
    const { page } = await lead(world(), asked, { browser });
    expect([page.status, textOf(page.text)]).toEqual([403, expect.stringContaining(elsewhere)]);
    expect(await world().attemptOn(page)).toMatchObject({
      ...{ outcome: 'refused', code: 'connection.other-organization', connectionId: ofTailspin },
      checks: expect.arrayContaining([
        { code: 'discovery.connection-was-named', outcome: 'passed' },
        expect.objectContaining({ code: 'connection.is-for-organization', outcome: 'failed' }),
      ]),
    });
    const signIn = page.url.href.replace(/\/refused\/.*/, '');
    for (const sent of [
      await press(world(), browser, signIn, { email: 'kim@adatum.example' }),
      await press(world(), browser, `${signIn}/with/${ofAdatum}`),
    ]) {
      expect(sent.to).toBeNull();
      expect(await world().attemptOn(sent.page)).toMatchObject({ code: 'connection.other-organization' });
    }
    const unknown = await led({ connection_id: 'conn_00000000000000000000000000', login_hint: 'kim@adatum.example' });
    expect(await world().attemptOn(unknown.page)).toMatchObject({ outcome: 'refused', code: 'connection.unknown' });
  });

  it('org_code leaves the organization’s connections and those of the whole environment', async () => {
    await change(everybodys, { alwaysShowButton: true, displayName: '0 Everybody' });
    await eventually(async () => (await buttonsOf({})).includes('0 Everybody'));
    expect((await buttonsOf({ org_code: orgs.adatum })).slice(0, 2)).toEqual(['adatum-labs', '0 Everybody']);
    for (const params of [{}, { org_code: orgs.tailspin }] as Record<string, string>[]) {
      expect(await buttonsOf(params)).toEqual(expect.arrayContaining(['0 Everybody']));
      expect(await buttonsOf(params)).not.toContain('adatum-labs');
    }
    await change(everybodys, { alwaysShowButton: null, displayName: 'everybody' });
    expect(await led({ org_code: orgs.adatum }, 'kim@adatum.example')).toMatchObject({ to: ofAdatum });
    expect(await led({ org_code: orgs.adatum }, 'kim@everybody.example')).toMatchObject({ to: everybodys });
    const browser = world().browser();
    const { page } = await lead(world(), { org_code: orgs.tailspin }, { browser });
    const forged = await press(world(), browser, `${page.url.href}/with/${labs}`);
    expect([forged.to, forged.page.status]).toEqual([null, 403]);
    expect(await world().attemptOn(forged.page)).toMatchObject({
      code: 'connection.other-organization',
      connectionId: labs,
    });
  });

  it.each([
    ['as it is', 'kim@adatum.example'],
    ['in capitals', 'Kim@ADATUM.EXAMPLE'],
    ['with a dot at the end', 'kim@adatum.example.'],
    ['as the second domain', 'kim@bücher-adatum.example'],
    ['decomposed', 'kim@BU\u0308CHER-adatum.example'],
    ['as its A-label', 'kim@XN--bcher-adatum-dlb.example'],
    ['as the third domain', 'kim@sub.adatum.example'],
    ['as the fourth', 'kim@apex.example'],
  ])('A29: the domain of an address leads to its connection, written %s', async (_, address) => {
    expect(await led({}, address)).toMatchObject({ to: ofAdatum, hint: address });
    expect(await led({ login_hint: address })).toMatchObject({ to: ofAdatum, hint: address });
  });

  it.each([
    ['a subdomain', 'kim@mail.adatum.example', 'code'],
    ['a domain that only begins alike', 'kim@adatum.example.evil.test', 'code'],
    ['a domain that only ends alike', 'kim@xadatum.example', 'code'],
    ['letters that only look alike', 'kim@аԁаtum.example', 'form'],
    ['a whole name of such letters', 'kim@арех.example', 'code'],
    ['no umlaut', 'kim@bucher-adatum.example', 'code'],
    ['a second @', 'kim@evil.test@adatum.example', 'form'],
    ['an address in quotes', '"kim@adatum.example"@evil.test', 'form'],
    ['a line after it', 'kim@evil.test\n@adatum.example', 'form'],
    ['a second parameter', 'kim@evil.test&email=kim@adatum.example', 'form'],
  ])('A29: %s leads nobody there', async (_, address, ends) => {
    const typed = await led({}, address);
    expect([typed.to, typed.page.url.pathname.endsWith('/code') ? 'code' : 'form']).toEqual([null, ends]);
    expect((await led({ login_hint: address })).to).toBeNull();
  });

  it('a domain of another organization than the one asked for is refused, and the record says why', async () => {
    const typed = await led({ org_code: orgs.adatum }, 'kim@tailspin.example');
    expect([typed.to, typed.page.status, typed.page.text]).toEqual([null, 422, expect.stringContaining(elsewhere)]);
    const hinted = await led({ org_code: orgs.adatum, login_hint: 'kim@tailspin.example' });
    expect([hinted.to, hinted.page.status, textOf(hinted.page.text)]).toEqual([
      null,
      403,
      expect.stringContaining(elsewhere),
    ]);
    const records = [await newestOf('discovery.other-organization', orgs.adatum), await world().attemptOn(hinted.page)];
    for (const record of records) {
      expect(record).toMatchObject({ outcome: 'refused', connectionId: ofTailspin });
      expect(record.checks).toEqual([
        { code: 'discovery.domain-has-connection', outcome: 'failed', details: { domain: 'tailspin.example' } },
      ]);
      expect(JSON.stringify(record)).not.toContain('kim');
    }
    for (const { page } of [typed, hinted]) expect(page.text).not.toMatch(new RegExp(`${ofTailspin}|${orgs.tailspin}`));
  });

  it('a button is hidden where a domain leads, unless it is always to be shown', async () => {
    const shown = () => buttonsOf({ org_code: orgs.adatum });
    expect(await shown()).not.toContain('adatum');
    await change(ofAdatum, { alwaysShowButton: true });
    await eventually(async () => (await shown()).includes('adatum'));
    expect(await led({}, 'kim@adatum.example')).toMatchObject({ to: ofAdatum });
    await change(ofAdatum, { alwaysShowButton: false });
    await eventually(async () => !(await shown()).includes('adatum'));
    await change(labs, { homeRealmDomains: ['labs.adatum.example'] });
    await eventually(async () => !(await shown()).includes('adatum-labs'));
    expect(await led({}, 'kim@labs.adatum.example')).toMatchObject({ to: labs });
  });

  it('an application that does not take a connection does not see it, and an unknown address goes on with its buttons', async () => {
    const party = await world().register({ connections: [labs, everybodys] });
    const tryIt = (typed: string) => lead(world(), { org_code: orgs.adatum }, { typed, party });
    expect(await tryIt('kim@everybody.example')).toMatchObject({ to: everybodys });
    await change(labs, { homeRealmDomains: [] });
    await eventually(async () => (await tryIt('kim@nowhere.example')).page.text.includes('Continue with adatum-labs'));
    const [unknown, notTaken] = [await tryIt('kim@nowhere.example'), await tryIt('kim@adatum.example')];
    for (const { page } of [unknown, notTaken])
      expect([page.status, page.text]).toEqual([422, expect.stringContaining(noWay)]);
    const blind = (text: string) => text.replace(/kim@\w+|\/sign-in\/[\w-]+/g, '');
    expect(blind(notTaken.page.text)).toBe(blind(unknown.page.text));
  });

  it('an organization’s connection signs nobody into another one: not by a session, not by a change on the way', async () => {
    const { email } = await adatum.hire('ada');
    const browser = world().browser();
    const signedIn = await world().party.signIn(browser, { login_hint: email });
    expect(signedIn.access).toMatchObject({ org_code: orgs.adatum });
    const silently = async (org_code: string) => {
      const { url } = await world().party.begin({ prompt: 'none', org_code });
      return (await browser.follow(url, world().redirectUri)).location?.searchParams.get('error');
    };
    expect([await silently(orgs.adatum), await silently(orgs.tailspin)]).toEqual([null, 'login_required']);
    const there = await lead(world(), { org_code: orgs.tailspin }, { browser, typed: email });
    expect([there.to, there.page.text]).toEqual([null, expect.stringContaining(elsewhere)]);

    const away = await lead(world(), { org_code: orgs.adatum, login_hint: email, prompt: 'login' }, { browser });
    expect(away.to).toBe(ofAdatum);
    await change(ofAdatum, { organizationId: orgs.tailspin });
    try {
      const moved = { connection_id: ofAdatum, org_code: orgs.tailspin };
      await eventually(async () => (await led(moved)).to === ofAdatum);
      const back = await browser.follow(away.page.location ?? '', world().redirectUri);
      expect([back.location, back.status]).toEqual([undefined, 403]);
      expect(await world().attemptOn(back)).toMatchObject({ code: 'connection.other-organization' });
      await expect(world().party.refresh(signedIn.tokens.refresh_token ?? '')).rejects.toThrow();
      expect(await silently(orgs.adatum)).toBe('login_required');
    } finally {
      await change(ofAdatum, { organizationId: orgs.adatum });
    }
    await eventually(async () => (await led({ connection_id: ofAdatum, org_code: orgs.adatum })).to === ofAdatum);
  });
}

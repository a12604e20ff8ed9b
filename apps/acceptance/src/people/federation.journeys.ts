import { connectionTopic, signInTopic, userTopic } from '@homerealm/contracts';
import { readAll, type EventLog } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import { textOf } from '../client/relying-party.js';
import type { User, World } from './world.js';

type Record_ = { code: string; outcome: string; checks: { code: string; outcome: string; details?: object }[] };
type Certificate = { thumbprintSha256: string; active: boolean };

const doors = [
  ['SAML', 'contoso-saml', 'entra-saml'],
  ['WS-Federation', 'contoso-wsfed', 'entra-wsfed'],
] as const;
/** The enterprise application behind each of them, in the simulated Entra. */
const applications: Record<string, string> = {
  'contoso-saml': 'c0a70500-0003-4000-8000-000000000003',
  'contoso-wsfed': 'c0a70500-0003-4000-8000-000000000004',
};
const contoso = 'c0a70500-0000-4000-8000-000000000001';

/** A company that people reach by OAuth, by SAML and by WS-Federation. */
export function federatedSignIns(world: () => World, log: () => EventLog): void {
  async function paramsOf(connection: string, email: string) {
    return { connection_id: await world().connectionNamed(connection), login_hint: email };
  }
  async function signInBy(connection: string, email: string, browser = world().browser()) {
    return world().party.signIn(browser, await paramsOf(connection, email));
  }
  /** Where somebody ends who is refused. */
  async function refusalBy(connection: string, email: string) {
    const { url } = await world().party.begin(await paramsOf(connection, email));
    const page = await world().browser().walk(url, world().redirectUri);
    const attempt = (await world().attemptOn(page)) as unknown as Record_;
    return { page, attempt };
  }
  const usersWith = async (email: string) =>
    (await world().directory<{ items: User[] }>('GET', `/users?email=${encodeURIComponent(email)}`)).items;
  const eventsOf = async (userId: unknown) => {
    const [users, signIns] = [await readAll(log(), userTopic), await readAll(log(), signInTopic)];
    return [...users, ...signIns].flatMap(({ event }) => (event !== null && event.subject === userId ? [event] : []));
  };

  it.each(doors)('by %s somebody ends with tokens: their groups, and the way they came', async (_, name) => {
    const account = world().system.accounts.find(({ email }) => email.startsWith('emma.'));
    const { access, id } = await signInBy(name, account?.email ?? '');
    expect(id).toMatchObject({ given_name: 'Emma', ext_provider: { name } });
    expect(access).toMatchObject({ ext_groups_status: 'complete' });
    expect(access['ext_groups']).toHaveLength(account?.groupCount ?? -1);
  });

  it.each(doors)('by %s more groups than an assertion carries are there as well', async (_, name) => {
    const account = world().system.accounts.find(({ groupCount }) => groupCount === 250);
    const { access } = await signInBy(name, account?.email ?? '');
    expect(access).toMatchObject({ ext_groups_status: 'complete' });
    expect(new Set(access['ext_groups'] as string[]).size).toBe(250);
  });

  it('A33: one person is one user by every door, made once, with the sign-ins told in their order', async () => {
    const anna = 'anna.berg@contoso.example';
    const ways = ['contoso-wsfed', 'contoso-saml', 'contoso', 'contoso-saml', 'contoso-wsfed'];
    const subjects: unknown[] = [];
    for (const way of ways) subjects.push((await signInBy(way, anna)).id.sub);
    expect(new Set(subjects).size).toBe(1);
    expect(await usersWith(anna)).toHaveLength(1);
    const told = await eventually(
      async () => {
        const events = await eventsOf(subjects[0]);
        return events.filter(({ type }) => type === 'UserSignedIn').length === ways.length && events;
      },
      { timeout: 30_000, says: 'the events' },
    );
    expect(told.filter(({ type }) => type === 'UserCreated')).toHaveLength(1);
    const strategies = told.flatMap(({ type, data }) =>
      type === 'UserSignedIn' ? [(data as { strategy: string }).strategy] : [],
    );
    expect(strategies).toEqual(['entra-wsfed', 'entra-saml', 'entra-oauth2', 'entra-saml', 'entra-wsfed']);
  });

  it('who moves from SAML to OAuth keeps the account they have', async () => {
    const ben = 'ben.okafor@contoso.example';
    const before = await signInBy('contoso-saml', ben);
    const home = `/connections/${await world().connectionNamed('contoso-saml')}`;
    await world().registry('POST', `${home}/disable`, {});
    try {
      await eventually(
        async () =>
          signInBy('contoso-saml', ben).then(
            () => false,
            () => true,
          ),
        {
          timeout: 30_000,
          says: 'the end of the old connection',
        },
      );
      const after = await world().party.signIn(world().browser(), { login_hint: ben });
      expect(after.id.sub).toBe(before.id.sub);
      expect(await usersWith(ben)).toHaveLength(1);
    } finally {
      await world().registry('POST', `${home}/enable`, { override: true, reason: 'acceptance test' });
    }
    await eventually(async () => signInBy('contoso-saml', ben).catch(() => undefined), {
      timeout: 30_000,
      says: 'the connection that is back',
    });
  });

  it.each(doors)('by %s a rollover of certificates fails nobody', async (_, name) => {
    const certificates = `apps/${applications[name]}/certificates`;
    const { items } = await world().simulator.ask<{ items: Certificate[] }>('GET', certificates);
    const failed: string[] = [];
    const everyone = async () => {
      const people = ['anna.berg@contoso.example', 'emma.novak@contoso.example', 'carla.diaz@contoso.example'];
      const ends = await Promise.allSettled(people.map((email) => signInBy(name, email)));
      for (const end of ends) if (end.status === 'rejected') failed.push(String(end.reason));
    };
    await everyone();
    const { thumbprintSha256 } = await world().simulator.ask<Certificate>('POST', certificates);
    await everyone();
    await world().simulator.ask('POST', `${certificates}/${thumbprintSha256}/activate`);
    await everyone();
    await world().simulator.ask('DELETE', `${certificates}/${items[0]?.thumbprintSha256}`);
    await everyone();
    expect(failed).toEqual([]);
  });

  it.each([
    ['contoso-saml', 'assertion-sha1', 'upstream.algorithm-refused'],
    ['contoso-saml', 'saml-wrong-in-response-to', 'upstream.in-response-to-mismatch'],
    ['contoso-saml', 'saml-status-requester', 'upstream.status-refused'],
    ['contoso-wsfed', 'assertion-wrong-audience', 'upstream.audience-mismatch'],
    ['contoso-wsfed', 'assertion-expired', 'upstream.expired'],
    ['contoso-wsfed', 'assertion-wrapped', 'upstream.assertion-count'],
  ])('by %s with %s nobody gets in; the record says %s, and nothing of the person', async (name, fault, code) => {
    await world().simulator.ask('POST', 'faults', { name: fault, times: 1 });
    const { page, attempt } = await refusalBy(name, 'emma.novak@contoso.example');
    expect(attempt).toMatchObject({ outcome: 'refused', code });
    expect(attempt.checks.at(-1)).toMatchObject({ outcome: 'failed' });
    expect(JSON.stringify(attempt)).not.toMatch(/emma|novak|<|PD94|PHNhbW|SAMLResponse=/i);
    expect(textOf(page.text)).not.toMatch(/emma|novak|Error:/i);
  });

  it('no fault of either door signs anybody in who must not, and each has its reason', async () => {
    type Fault = { name: string; at: string[]; outcome: string };
    const { catalogue } = await world().simulator.ask<{ catalogue: Fault[] }>('GET', 'faults');
    const surprises: string[] = [];
    const refused = catalogue.filter(({ at, outcome }) => outcome === 'refused' && at.includes('login'));
    const tried = refused.filter(
      ({ at, name }) => at.some((door) => door === 'saml' || door === 'wsfed') && !/-replayed-|-huge/.test(name),
    );
    expect(tried.length).toBeGreaterThan(25);
    for (const { name, at } of tried) {
      await world().simulator.ask('POST', 'faults', { name, times: 1 });
      const door = at.includes('saml') ? 'contoso-saml' : 'contoso-wsfed';
      const { attempt } = await refusalBy(door, 'emma.novak@contoso.example').catch((error: unknown) => ({
        attempt: { outcome: String(error), code: '' },
      }));
      if (attempt.outcome !== 'refused' || !attempt.code) surprises.push(`${name}: ${attempt.outcome}`);
      await world().simulator.ask('DELETE', 'faults');
    }
    expect(surprises).toEqual([]);
  });

  it.each(doors)('by %s an answer of ten megabytes is not even read', async (_, name) => {
    await world().simulator.ask('POST', 'faults', { name: 'assertion-huge', times: 1 });
    const { url } = await world().party.begin(await paramsOf(name, 'emma.novak@contoso.example'));
    const page = await world().browser().walk(url, world().redirectUri);
    expect([page.status, textOf(page.text)]).toEqual([413, expect.stringContaining('sign-in.answer-too-large')]);
  });

  describe('signing out', () => {
    const silently = async (browser: ReturnType<World['browser']>) => {
      const { url } = await world().party.begin({ prompt: 'none' });
      return (await browser.walk(url, world().redirectUri)).location?.searchParams.get('error') ?? 'signed in';
    };
    const postLogout = () => world().system.demoApplication.postLogoutRedirectUri;

    it.each(doors)('here, of somebody who came by %s, signs them out at their company', async (_, name) => {
      const browser = world().browser();
      const { tokens } = await signInBy(name, 'emma.novak@contoso.example', browser);
      const end = new URL(world().party.config.serverMetadata().end_session_endpoint ?? '');
      end.searchParams.set('id_token_hint', tokens.id_token ?? '');
      end.searchParams.set('post_logout_redirect_uri', postLogout());
      const back = await browser.walk(end, postLogout());
      expect(back.location?.href ?? textOf(back.text)).toContain(postLogout());
      expect(await silently(browser)).toBe('login_required');
      await world().simulator.ask('PUT', 'settings', { autoSignIn: false });
      try {
        const { url } = await world().party.begin({ connection_id: await world().connectionNamed(name) });
        expect(textOf((await browser.walk(url, world().redirectUri)).text)).toContain('Sign in to Contoso');
      } finally {
        await world().simulator.ask('PUT', 'settings', { autoSignIn: true });
      }
    });

    it.each(doors)('there, of somebody who came by %s, signs them out here', async (_, name) => {
      const browser = world().browser();
      await signInBy(name, 'emma.novak@contoso.example', browser);
      expect(await silently(browser)).toBe('signed in');
      const page = await browser.send(`${world().system.urls.simulator}/${contoso}/oauth2/v2.0/logout`);
      const calls = [...page.text.matchAll(/<iframe src="([^"]+)"/g)].map(([, src = '']) =>
        src.replaceAll('&amp;', '&'),
      );
      expect(calls).toHaveLength(1);
      for (const call of calls) await browser.walk(call, postLogout());
      expect(await silently(browser)).toBe('login_required');
    });
  });

  it('the metadata of each connection was read from the company’s own authority, and that was told', async () => {
    const told = (await readAll(log(), connectionTopic)).map(({ event }) => event?.type);
    expect(told).toContain('ConnectionEnabled');
    for (const [, name] of doors) {
      const connection = await world().registry<{ provider: object }>(
        'GET',
        `/connections/${await world().connectionNamed(name)}`,
      );
      expect(connection.provider).toMatchObject({
        source: 'authority',
        entityId: `https://sts.windows.net/${contoso}/`,
      });
    }
  });
}

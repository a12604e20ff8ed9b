import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { describeWithBrowser, eventually, openChromium } from '@homerealm/testing';
import type { Browser as Chromium, Page } from 'playwright-core';
import { type Answer, Browser } from './client/browser.js';
import { Management } from './client/management.js';
import { OtherEntra } from './client/other-entra.js';
import { RelyingParty, textOf } from './client/relying-party.js';
import { Simulator } from './client/simulator.js';

const pictures = fileURLToPath(new URL('../../../.homerealm/screenshots', import.meta.url));

/** Everything that `npm start` runs, with the embedded event log, and an Entra of somebody else on the list. */
describe('the local system on embedded defaults', () => {
  let system: LocalSystem;
  let other: OtherEntra;
  let simulator: Simulator;
  let management: Management;
  let party: RelyingParty;
  let ca: string;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'homerealm-ca-'));
    other = await OtherEntra.start();
    const otherCa = join(folder, 'other-ca.pem');
    writeFileSync(otherCa, other.caPem);
    system = await startLocalSystem({
      kafka: false,
      portBase: await freePortBase(),
      environment: {
        ...process.env,
        ENTRA_AUTHORITIES: `${other.origin}=${other.graphOrigin}`,
        NODE_EXTRA_CA_CERTS: otherCa,
        SIGN_IN_LIMIT_PER_ADDRESS: '100000',
      },
    });
    ca = readFileSync(system.caFile, 'utf8');
    simulator = new Simulator(system.urls.simulator, ca);
    management = new Management(system.issuer, system.admin);
    party = await RelyingParty.discover(system.issuer, system.demoApplication);
  }, 180_000);

  afterAll(async () => {
    await simulator?.close();
    await system?.stop();
    await other?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  describe('with an Entra that is not our simulator', () => {
    it('signs in through it, groups from its own Graph included', async () => {
      const connection = await management.ask<{ connectionId: string }>('POST', `${system.urls.registry}/connections`, {
        strategy: 'entra-oauth2',
        name: 'other',
        displayName: 'Other',
        authority: other.origin,
        entraDomain: other.tenant,
        clientId: other.clientId,
        clientSecret: other.clientSecret,
        homeRealmDomains: ['other.example'],
        getUserGroups: true,
        trustedProvider: true,
        createUsers: true,
      });
      const enable = { override: true, reason: 'acceptance test' };
      await management.ask('POST', `${system.urls.registry}/connections/${connection.connectionId}/enable`, enable);
      const browser = new Browser(`${ca}\n${other.caPem}`);
      const { access, id } = await untilKnown(() =>
        party.signIn(browser, { connection_id: connection.connectionId, login_hint: other.email }),
      );
      await browser.close();
      expect(id).toMatchObject({ email: other.email });
      expect(access).toMatchObject({ ext_groups: other.groups, ext_groups_status: 'complete' });
    });
  });

  /** The gateway hears of a new connection by an event; until then it does not know it. */
  async function untilKnown<T>(work: () => Promise<T>): Promise<T> {
    for (const deadline = Date.now() + 20_000; ;) {
      try {
        return await work();
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resume) => setTimeout(resume, 200));
      }
    }
  }

  describe('under a hostile upstream', () => {
    type Fault = { name: string; at: string[]; outcome: 'refused' | 'groups-unknown' | 'tolerated' };
    const otherDoors = ['saml', 'wsfed', 'federation-metadata'];
    const company = 'Contoso';

    it('refuses every fault of the simulator with a recorded reason, and stays alive', async () => {
      await simulator.ask('PUT', 'settings', { autoSignIn: true });
      const all = await simulator.ask<{ catalogue: Fault[] }>('GET', 'faults');
      const catalogue = all.catalogue.filter(({ at }) => !at.some((door) => otherDoors.includes(door)));
      expect(catalogue.filter(({ outcome }) => outcome === 'refused').length).toBeGreaterThan(40);
      // Of this person the token holds no groups, so Graph has to be asked.
      const account = system.accounts.find((one) => one.company === company && one.groupCount > 200);
      const surprises: string[] = [];
      const under = async (fault: Fault) => {
        await simulator.ask('DELETE', 'faults');
        await simulator.ask('POST', 'faults', { name: fault.name });
        const surprise = await suffer(fault, account?.email ?? '');
        if (surprise !== undefined) surprises.push(`${fault.name}: ${surprise}`);
      };
      for (const fault of catalogue.filter(isPublished)) {
        await system.service('gateway').stop(); // what is published is kept in memory: start with nothing
        await system.service('gateway').start();
        await under(fault);
      }
      const pids = { ...system.localFile().processes };
      for (const fault of catalogue.filter((one) => !isPublished(one))) await under(fault);
      await simulator.ask('DELETE', 'faults');
      expect(surprises).toEqual([]);
      expect(system.localFile().processes).toEqual(pids);
      const browser = new Browser(ca);
      const { access } = await untilKnown(() => party.signIn(browser, { login_hint: account?.email ?? '' }));
      await browser.close();
      expect(access).toMatchObject({ ext_groups_status: 'complete' });
    }, 300_000);

    /** A fault of what Entra publishes for everybody: metadata and keys. */
    const isPublished = ({ name }: Fault) => /^(metadata|jwks)-|^foreign-key-issuer$/.test(name);

    /** One sign-in under a fault; answers what was not as it should be. */
    async function suffer({ outcome }: Fault, email: string): Promise<string | undefined> {
      const browser = new Browser(ca);
      try {
        const { url, checks } = await party.begin({ login_hint: email });
        const answer = await browser.follow(url, system.demoApplication.redirectUri);
        if (answer.location?.searchParams.has('code')) {
          const { access } = await party.redeem(answer.location, checks);
          if (outcome === 'refused') return 'signed in';
          if (outcome === 'tolerated') return undefined;
          const { ext_groups: groups, ext_groups_status: status } = access;
          return groups === undefined && status === 'unknown' ? undefined : `groups ${String(status)}`;
        }
        if (outcome === 'groups-unknown') return `refused with ${answer.status}`;
        return judgeRefusal(answer);
      } finally {
        await browser.close();
      }
    }

    async function judgeRefusal({ status, text, location }: Answer): Promise<string | undefined> {
      if (location !== undefined) return undefined; // back at the application with an error of OAuth
      const attemptId = /attempt_[0-9a-z]{26}/.exec(text)?.[0];
      if (status < 400 || attemptId === undefined) return `a page of status ${status} without an attempt`;
      if (/AADSTS|Error:|\.js:/.test(textOf(text))) return 'a page that tells too much';
      const record = await management.ask<{ outcome: string; code: string; checks: { outcome: string }[] }>(
        'GET',
        `${system.urls.gateway}/sign-in-attempts/${attemptId}`,
      );
      return record.outcome === 'refused' && record.code !== '' ? undefined : 'a record without a reason';
    }
  });

  it('completes groups in the background that a sign-in could not read, and puts them in the next token', async () => {
    await simulator.ask('PUT', 'settings', { autoSignIn: true });
    await simulator.ask('POST', 'faults', { name: 'graph-5xx' });
    const account = system.accounts.find((one) => one.company === 'Contoso' && one.groupCount > 200);
    const browser = new Browser(ca);
    const { access, tokens } = await untilKnown(() => party.signIn(browser, { login_hint: account?.email ?? '' }));
    await browser.close();
    expect(access).toMatchObject({ ext_groups_status: 'unknown' });
    expect(access).not.toHaveProperty('ext_groups');
    await simulator.ask('DELETE', 'faults');
    const state = `${system.urls.profileSync}/users/${access.sub}/groups`;
    const groups = await eventually(
      async () => {
        const known = await management.ask<{ completeness: string; groups: string[] }>('GET', state);
        return known.completeness === 'complete' && known.groups;
      },
      { timeout: 40_000, says: 'the background reading' },
    );
    expect(groups).toHaveLength(account?.groupCount ?? 0);
    let refreshToken = tokens.refresh_token ?? '';
    await eventually(
      async () => {
        const refreshed = await party.refresh(refreshToken);
        refreshToken = refreshed.tokens.refresh_token ?? '';
        return refreshed.access['ext_groups_status'] === 'complete';
      },
      { timeout: 20_000, says: 'the completed groups in a token' },
    );
  });

  describe('at its edges', () => {
    it.each([
      ['an unknown application', { client_id: 'app_nobody' }],
      ['a redirect address that is not registered', { redirect_uri: 'https://evil.example/callback' }],
      ['a redirect address that only begins like a registered one', { redirect_uri: '' }],
    ])('shows a page for %s and never redirects', async (_case, params) => {
      const { url } = await party.begin();
      for (const [name, value] of Object.entries(params)) {
        url.searchParams.set(name, value === '' ? `${system.demoApplication.redirectUri}.evil.example` : value);
      }
      const browser = new Browser(ca);
      const answer = await browser.send(url);
      await browser.close();
      expect([answer.status, answer.location]).toEqual([400, undefined]);
    });

    it.each(['gateway', 'registry', 'directory', 'profileSync'] as const)('describes the API of %s', async (part) => {
      const document = (await (await fetch(`${system.urls[part]}/docs-json`)).json()) as {
        openapi: string;
        paths: object;
      };
      expect(document.openapi).toMatch(/^3\.1/);
      expect(Object.keys(document.paths).length).toBeGreaterThan(0);
      expect((await fetch(`${system.urls[part]}/docs`)).status).toBe(200);
    });
  });

  describeWithBrowser('in a real browser', () => {
    let chromium: Chromium;
    let page: Page;

    beforeAll(async () => {
      await simulator.ask('PUT', 'settings', { autoSignIn: false });
      mkdirSync(pictures, { recursive: true });
      chromium = await openChromium();
      page = await (await chromium.newContext({ ignoreHTTPSErrors: true })).newPage();
    });
    afterAll(() => chromium?.close());

    const photograph = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });

    it('a person types the email once, signs in at the company, and sees tokens and events', async () => {
      const account = system.accounts.find(
        ({ company, groupCount }) => company === 'Contoso' && groupCount > 0 && groupCount < 200,
      );
      if (account === undefined) throw new Error('there is no demo account');
      await page.goto(system.urls.demoApp);
      await photograph('1-demo-app');
      await page
        .getByRole('button', { name: /sign in/i })
        .first()
        .click();
      await page.getByLabel(/email/i).fill(account.email);
      await photograph('2-sign-in');
      await page
        .getByRole('button', { name: /continue/i })
        .first()
        .click();
      await page.waitForURL(`${system.urls.simulator}/**`);
      await photograph('3-company');
      await page.locator('input[type=password]').fill(account.password);
      await page.locator('button[type=submit]').first().click();
      await page.waitForURL(`${system.urls.demoApp}/**`);
      await page.getByText('UserSignedIn').first().waitFor();
      await page.getByText('GroupsSynced').first().waitFor();
      await photograph('4-tokens-and-events');
      expect(await page.textContent('body')).toContain(account.email);
    });
  });
});

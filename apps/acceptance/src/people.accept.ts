import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeWithBrowser, openChromium } from '@homerealm/testing';
import type { Browser as Chromium, Page } from 'playwright-core';
import { admissions } from './people/admission.journeys.js';
import { applicationSignIns } from './people/applications.journeys.js';
import { attemptRecords } from './people/attempts.journeys.js';
import { companySignIns } from './people/companies.journeys.js';
import { connectionSettings } from './people/connections.journeys.js';
import { connectionCredentials } from './people/credentials.journeys.js';
import { demonstrations } from './people/demo.journeys.js';
import { homeRealmDiscovery } from './people/discovery.journeys.js';
import { connectionStates } from './people/enabling.journeys.js';
import { groupsOfPeople } from './people/groups.journeys.js';
import { homeRealmDomains } from './people/home-domains.journeys.js';
import { identities } from './people/identities.journeys.js';
import { operatorCalls } from './people/operators.journeys.js';
import { organizationsApi } from './people/organizations.journeys.js';
import { ownAdmissions } from './people/own-admission.journeys.js';
import { ownSignIns } from './people/own-sign-in.journeys.js';
import { problemAnswers } from './people/problems.journeys.js';
import { profilesOfPeople } from './people/profile.journeys.js';
import { SessionLimits } from './people/session-limits.js';
import { sessionEndings } from './people/sessions.journeys.js';
import { socialSignIns } from './people/social.journeys.js';
import { usersApi } from './people/users.journeys.js';
import { World } from './people/world.js';

const pictures = fileURLToPath(new URL('../../../.homerealm/screenshots', import.meta.url));

describe('people of every sort, at the system that `npm start` runs', () => {
  let world: World;
  let limits: SessionLimits;
  beforeAll(async () => {
    world = await World.start();
    limits = SessionLimits.begin(world);
  }, 300_000);
  afterEach(() => world.closeBrowsers());
  afterAll(() => world?.stop(), 60_000);

  describe('signing in and up without a provider', () => ownSignIns(() => world));
  describe('through social providers', () => socialSignIns(() => world));
  describe('of companies', () => companySignIns(() => world));
  describe('with identities of every sort', () => identities(() => world));
  describe('in the directory', () => usersApi(() => world));
  describe('in organizations', () => organizationsApi(() => world));
  describe('with settings of connections', () => connectionSettings(() => world));
  describe('with connections on their way to be enabled', () => connectionStates(() => world));
  describe('with credentials of connections', () => connectionCredentials(() => world));
  describe('with tokens of the operator’s own tenant', () => operatorCalls(() => world));
  describe('on their way home', () => homeRealmDiscovery(() => world));
  describe('with domains', () => homeRealmDomains(() => world));
  describe('with profiles', () => profilesOfPeople(() => world));
  describe('with groups', () => groupsOfPeople(() => world));
  describe('in applications of every sort', () => applicationSignIns(() => world));
  describe('when their sessions end', () => sessionEndings(() => world));
  describe('at the gate', () => admissions(() => world));
  describe('at the gate with a code', () => ownAdmissions(() => world));
  describe('in the record', () => attemptRecords(() => world));
  describe('asked for by scripts', () => problemAnswers(() => world));
  describe('in the demonstrations of `npm run demo`', () => demonstrations(() => world));

  describeWithBrowser('in a real browser', () => {
    let chromium: Chromium;
    let page: Page;
    beforeAll(async () => {
      mkdirSync(pictures, { recursive: true });
      chromium = await openChromium();
      page = await (await chromium.newContext({ ignoreHTTPSErrors: true })).newPage();
    });
    afterAll(() => chromium?.close());

    const photograph = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    const goOn = () => page.locator('main button[type=submit]').first().click();

    it('somebody signs up by email in the demo app', async () => {
      const email = 'vera.lund@mail.example';
      const { demoApp } = world.system.urls;
      await page.goto(demoApp);
      await page
        .getByRole('button', { name: /sign in/i })
        .first()
        .click();
      await photograph('5-sign-in-with-buttons');
      await page.getByLabel(/email/i).fill(email);
      await goOn();
      await page.getByLabel(/code/i).fill('0000 0000');
      await photograph('6-code');
      await goOn();
      await page.getByRole('alert').waitFor();
      await photograph('7-wrong-code');
      await page.getByLabel(/code/i).fill(await world.mailbox.codeFor(email));
      await goOn();
      await page.getByLabel(/first name|given name/i).fill('Vera');
      await page.getByLabel(/last name|family name/i).fill('Lund');
      await photograph('8-sign-up');
      await goOn();
      await page.waitForURL(`${demoApp}/**`);
      await page.getByText('UserSignedIn').first().waitFor();
      await photograph('9-signed-up');
      expect(await page.textContent('body')).toContain(email);
    });

    it('somebody whose provider gives no email is asked for it, and proves it', async () => {
      const email = 'lea.sommer@mail.example';
      const { demoApp } = world.system.urls;
      await page.context().clearCookies();
      await page.goto(demoApp);
      await page
        .getByRole('button', { name: /sign in/i })
        .first()
        .click();
      await page.getByRole('button', { name: 'Continue with Google' }).click();
      await page.getByRole('button', { name: /Lea Sommer/ }).click();
      await page.getByLabel(/email/i).fill(email);
      await photograph('10-missing-email');
      await goOn();
      await page.getByLabel(/code/i).fill(await world.mailbox.codeFor(email));
      await photograph('11-code-for-missing-email');
      await goOn();
      await page.waitForURL(`${demoApp}/**`);
      await page.getByText('UserSignedIn').first().waitFor();
      expect(await page.textContent('body')).toContain(email);
    });

    it('an admin tests a connection and reads what it would do', async () => {
      const home = `/connections/${await world.connectionNamed('contoso')}`;
      const { testRunId, startUrl } = await world.registry<{ testRunId: string; startUrl: string }>(
        'POST',
        `${home}/test-runs`,
      );
      const carla = 'carla.diaz@contoso.example';
      await page.context().clearCookies();
      await page.goto(startUrl);
      await page.locator('[name=loginfmt]').fill(carla);
      await page.locator('[name=passwd]').fill(world.passwordOf(carla));
      await page.locator('button[type=submit], input[type=submit]').first().click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      await photograph('12-test-run');
      expect(page.url()).toContain('/login/callback/');
      expect(await page.textContent('body')).toMatch(/carla/i);
      expect(await world.registry('GET', `${home}/test-runs/${testRunId}`)).toMatchObject({ state: 'passed' });
    });
  });

  describe('who have been signed in for long', () => {
    it('are served for as long as the application says', () => limits.hold(), 90_000);
  });
});
